"""Looks at the estate's sources from time to time: drift is counted, nothing comes into force."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from itertools import chain

import structlog

from watchkeeper.bootstrap.running import Gauges
from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.estate import Estate
from watchkeeper.knowledge.reconciliation import Reconciled
from watchkeeper.knowledge.roll import differences, roll_of

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 300.0


class EstateWatch:
    """What does not fit now, and what a reload would change; a person decides on the reload."""

    def __init__(
        self,
        look: Callable[[], Awaitable[Reconciled]],
        in_force: Callable[[], Estate],
        gauges: Gauges,
        every_seconds: float = LOOK_EVERY_SECONDS,
    ) -> None:
        self._look = look
        self._in_force = in_force
        self._gauges = gauges
        self._every_seconds = every_seconds

    async def run(self) -> None:
        """For ever: a wait, and a look. Files that cannot be used leave the last counts."""
        while True:
            await asyncio.sleep(self._every_seconds)
            try:
                await self.look()
            except ValueError as refused:  # of a file that cannot be used: its message says which
                log.warning("estate_not_readable", reason=str(refused))

    async def look(self) -> None:
        """Count the drift as it is now. Raises FileRefused."""
        drift = await asyncio.to_thread(_drift, await self._look(), self._in_force())
        before = self._gauges.estate
        if before is None or before.drift == drift:
            return
        self._gauges.estate = replace(before, drift=drift)
        log.info("estate_drift", **{kind.value: number for kind, number in drift.items()})


def _drift(found: Reconciled, in_force: Estate) -> Mapping[DriftKind, int]:
    """What does not fit among the sources, and between them and what is in force. O(items)."""
    changes = differences(roll_of(in_force), roll_of(found.estate))
    return Counter(each.kind for each in chain(found.drift, changes))
