"""The clock port on virtual time, as exact or as wrong as a real one."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchkeeper.domain.instant import utc


@dataclass(frozen=True, kw_only=True)
class Jump:
    """The wall clock is set: forward, or back."""

    at: float  # virtual seconds of the loop
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Skew:
    """How a clock differs from true time: from the start, growing, and by jumps."""

    offset_seconds: float = 0.0
    drift_ratio: float = 0.0  # seconds gained a second
    jumps: tuple[Jump, ...] = ()

    def seconds(self, elapsed: float) -> float:
        """How far the clock is ahead after so many true seconds."""
        jumped = sum(jump.seconds for jump in self.jumps if jump.at <= elapsed)
        return self.offset_seconds + self.drift_ratio * elapsed + jumped


TRUE = Skew()


class SimulatedClock:
    """UTC from a virtual loop's time; ``start`` is the instant at the loop's zero."""

    def __init__(self, loop: asyncio.AbstractEventLoop, start: datetime, skew: Skew = TRUE) -> None:
        self._loop = loop
        self._start = utc(start)
        self._skew = skew
        self._last = self._start

    def now(self) -> datetime:
        """The present instant by this clock; a step back is waited out, never followed."""
        elapsed = self._loop.time()
        said = self._start + timedelta(seconds=elapsed + self._skew.seconds(elapsed))
        self._last = max(self._last, said)
        return self._last

    async def sleep_until(self, instant: datetime) -> None:
        """Return once this clock says that instant, at once when it has passed."""
        left = (instant - self.now()).total_seconds()
        await asyncio.sleep(max(left, 0.0))
        if self.now() < instant:  # a clock that runs slow, or was set back
            await self.sleep_until(instant)
