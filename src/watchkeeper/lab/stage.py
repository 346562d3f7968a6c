"""The stage of a demo: the pretend data centre, what the journal says of it, and one person."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from watchkeeper.adapters.simulated.faults import DiskFills, Fault
from watchkeeper.bootstrap.assembly import Watchkeeper
from watchkeeper.lab.chronicle import Chronicle
from watchkeeper.lab.month import Month
from watchkeeper.lab.newsreel import Newsreel
from watchkeeper.lab.person import Person
from watchkeeper.lab.plant import Plant
from watchkeeper.lab.telling import Line, Screen, Tone
from watchkeeper.lab.wording import fault_said, time_said

T = TypeVar("T")

LONGEST = timedelta(minutes=45)  # within which what a story waits for comes, or never
LOOK_SECONDS = 60.0  # how often somebody waiting looks up


class DidNotComeTrue(Exception):
    """What a story is about did not happen."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where stories are played: faults are inflicted here, and the journal tells what followed."""

    plant: Plant
    program: Watchkeeper
    month: Month
    newsreel: Newsreel
    chronicle: Chronicle
    person: Person
    screen: Screen

    def now(self) -> datetime:
        """The present instant of the virtual clock."""
        return self.plant.clock().now()

    def happens(self, *faults: Fault) -> None:
        """Let something go wrong. Nobody tells the watch."""
        for fault in faults:
            self.plant.havoc.inflict(fault)
            self.aside(fault_said(fault))

    def aside(self, says: str) -> None:
        """A word about the pretend world, which is no entry's."""
        self.screen.line(Line(at=self.now(), what="the world", says=says, tone=Tone.WORLD))

    def full_at(self, disk: DiskFills) -> datetime:
        """When a filling disk would be full, as nobody but the pretend world can know."""
        world, now = self.plant.world, self.now()
        left = world.free(world.hosts[disk.server], disk.mount, np.array([now.timestamp()]))
        return now + timedelta(hours=float(left[0]) / disk.ratio_per_hour)

    async def pass_minutes(self, minutes: float) -> None:
        """Let the watch go on for a while."""
        end = self.now() + timedelta(minutes=minutes)
        while (left := (end - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, LOOK_SECONDS))
            self._passing()

    async def until(
        self,
        find: Callable[[Chronicle], T | None],
        what: str,
        within: timedelta = LONGEST,
    ) -> T:
        """What is looked for in the chronicle, once it is there. Raises DidNotComeTrue."""
        end = self.now() + within
        while not (found := find(self.chronicle)):
            if self.now() >= end:
                raise DidNotComeTrue(f"within {time_said(within)} {what}")
            await self.newsreel.news(LOOK_SECONDS)
            self._passing()
        return found

    async def approving(self, find: Callable[[Chronicle], T | None], what: str) -> T:
        """The same, while the person says yes to whatever asks, after a minute's look at it."""
        while not (found := find(self.chronicle)):
            await self.until(lambda told: find(told) or told.waiting, what)
            asking = self.chronicle.waiting
            if asking and asking.action:
                await self.pass_minutes(1)
                await self.person.approves(asking.action)
        return found

    def _passing(self) -> None:
        cycles = self.program.gauges.cycles
        if cycles:  # before the first, the month is still read in, and tells so itself
            self.screen.passing(f"{self.now():%H:%M}  the watch goes on, {cycles} cycles")
