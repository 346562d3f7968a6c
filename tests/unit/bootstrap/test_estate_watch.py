"""A look at the sources counts what does not fit and puts nothing into force."""

import asyncio
from contextlib import suppress

from watchkeeper.adapters.files.yaml_text import FileRefused
from watchkeeper.bootstrap.estate_watch import EstateWatch
from watchkeeper.bootstrap.running import EstateCounts, Gauges
from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import Estate, Server
from watchkeeper.knowledge.reconciliation import Reconciled

IN_FORCE = Estate(servers=(Server(name="a", server_class="web"), Server(name="b")))
COUNTS = EstateCounts(servers=2, services=0, unclassified=1, drift={})


class Sources:
    """What a look finds; None: a file that cannot be used."""

    def __init__(self, found: Reconciled | None) -> None:
        self.found = found
        self.looks = 0

    async def __call__(self) -> Reconciled:
        self.looks += 1
        if self.found is None:
            raise FileRefused("servers.csv: line 2: is not CSV")
        return self.found


def watch(sources: Sources) -> tuple[EstateWatch, Gauges]:
    gauges = Gauges(estate=COUNTS)
    return EstateWatch(sources, lambda: IN_FORCE, gauges, every_seconds=0.001), gauges


async def test_drift_and_what_a_reload_would_change_are_counted() -> None:
    found = Reconciled(
        estate=Estate(servers=(Server(name="a", server_class="toys"), Server(name="c"))),
        drift=(Drift(kind=DriftKind.CONFLICT, item="a", words="…"),),
    )
    looking, gauges = watch(Sources(found))
    await looking.look()
    assert gauges.estate is not None
    assert gauges.estate.servers == 2  # what is in force stays in force
    assert dict(gauges.estate.drift) == {
        DriftKind.CONFLICT: 1,
        DriftKind.APPEARED: 1,
        DriftKind.DISAPPEARED: 1,
        DriftKind.CHANGED: 1,
    }


async def test_a_file_that_cannot_be_used_leaves_the_last_counts_and_is_looked_at_again() -> None:
    sources = Sources(None)
    looking, gauges = watch(sources)
    with suppress(TimeoutError):
        await asyncio.wait_for(looking.run(), 0.2)
    assert sources.looks > 1
    assert gauges.estate is COUNTS
