"""A clock that moves only when it is told to."""

import asyncio
import heapq
from datetime import datetime, timedelta
from itertools import count

from watchkeeper.domain.instant import utc

TURNS = 50  # loop turns that the woken get to reach their next wait


class ManualClock:
    """For tests and simulation. Sleepers wake by instant, then in the order of their asking."""

    def __init__(self, start: datetime) -> None:
        self._now = utc(start)
        self._asked = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The instant it was last set to."""
        return self._now

    async def sleep_until(self, instant: datetime) -> None:
        """Return once the clock has been moved to that instant, at once when it has passed."""
        if utc(instant) <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (instant, next(self._asked), woken))
        await woken

    @property
    def next_wake(self) -> datetime | None:
        """The instant of the earliest sleeper; None when nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():  # cancelled meanwhile
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def set(self, instant: datetime) -> None:
        """Move on to an instant and wake all who are due, earliest first. Back: ValueError."""
        if utc(instant) < self._now:
            raise ValueError(f"a clock never goes back: {self._now} to {instant}")
        self._now = instant
        while (due := self.next_wake) is not None and due <= instant:
            heapq.heappop(self._sleepers)[2].set_result(None)

    def advance(self, duration: timedelta) -> None:
        """Move on by a duration, as ``set`` does."""
        self.set(self._now + duration)

    async def run_until(self, instant: datetime) -> None:
        """Move on from wake to wake up to the instant; the woken run before time goes on."""
        await self._let_run()
        while (due := self.next_wake) is not None and due <= instant:
            self.set(due)
            await self._let_run()
        self.set(instant)
        await self._let_run()

    async def _let_run(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
