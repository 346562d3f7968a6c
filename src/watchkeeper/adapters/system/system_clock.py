"""The wall clock of this machine, as a clock that never goes back."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from watchkeeper.domain.instant import from_unix

SLICE_SECONDS = 1.0  # longest single wait: a jump of the wall is noticed within it
CATCH_UP_RATE = 0.5  # how fast time passes while the wall stands behind what was already said


class SystemClock:
    """UTC from the wall, held against monotonic time.

    After a step back the instant already told is kept as a floor, and the floor moves on at half
    speed until the wall has caught up: time neither runs backwards nor stands still for as long
    as the step was. ``ClockJumps`` reports the step.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._told = wall()
        self._told_at = monotonic()

    def now(self) -> datetime:
        """The present instant, UTC; never earlier than the one told before."""
        elapsed = self._monotonic() - self._told_at
        floor = self._told + max(elapsed, 0.0) * CATCH_UP_RATE
        self._told = max(self._wall(), floor)
        self._told_at += elapsed
        return from_unix(self._told)

    async def sleep_until(self, instant: datetime) -> None:
        """Return at that instant, at once when it has passed; other tasks get their turn."""
        await asyncio.sleep(0)
        while (remaining := (instant - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - time itself
            await asyncio.sleep(min(remaining, SLICE_SECONDS))
