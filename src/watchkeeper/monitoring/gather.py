"""Step 1, gather: ask every source at once; what cannot be asked is an answer too."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from watchkeeper.domain.readings import Gap, Readings, Targets
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.metrics import Metrics


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a source said; ``readings`` None: it could not be asked, and ``reason`` is why."""

    source: str
    readings: Readings | None
    reason: str = ""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What this answer leaves open."""
        if self.readings is None:
            return (Gap(source=self.source, what="all", reason=self.reason),)
        return self.readings.gaps


async def gather(sources: Sequence[Metrics], targets: Targets) -> tuple[Answer, ...]:
    """Every source's answer, in the order of the configuration. A failing one delays no other."""
    return tuple(await asyncio.gather(*(_asked(source, targets) for source in sources)))


async def _asked(source: Metrics, targets: Targets) -> Answer:
    try:
        readings = await source.read(targets)
    except SourceUnavailable as unavailable:
        return Answer(source=source.name, readings=None, reason=unavailable.word)
    return Answer(source=source.name, readings=readings)


def narrowed(targets: Targets, servers: frozenset[str]) -> Targets:
    """Only what concerns these servers."""
    return Targets(
        servers={name: server for name, server in targets.servers.items() if server in servers},
        probes=tuple(probe for probe in targets.probes if probe.server in servers),
    )


def servers_of(targets: Targets) -> frozenset[str]:
    """All servers that are asked about."""
    return frozenset(targets.servers.values()) | {probe.server for probe in targets.probes}
