"""The loop.

Every stream that is due or has news is looked at, decided, and written in one append.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from watchkeeper.domain.entry import prefix_of
from watchkeeper.engine.intents import Intents, drafts
from watchkeeper.engine.machine import Machine
from watchkeeper.engine.supervise import Crew
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import Journal

log = structlog.get_logger()

MOST_DECISIONS = 50  # of one stream in one go; more is a machine that never settles
CLAIMED = timedelta(seconds=10)  # a stream that another worker has claimed is looked at again
BREATH = timedelta(milliseconds=100)  # the least time between two looks without news
PATIENCE = timedelta(seconds=30)  # a stream whose decision failed is left alone this long


@dataclass
class Reconciler:
    """One worker of the durable loop: it decides what it has a machine for, and does its duties."""

    journal: Journal
    clock: Clock
    machines: dict[str, Machine]  # prefix → machine
    intents: Intents
    crew: Crew
    parked: dict[str, datetime] = field(default_factory=dict)  # stream → until

    async def run(self) -> None:
        """For ever: first everything that is open, then whatever is news or due."""
        seen = (await self.journal.head()).size
        for stream in await self._open():
            await self._advance_guarded(stream)
        while True:
            entries = await self.journal.entries(after=seen)
            streams = dict.fromkeys(entry.stream for entry in entries)
            streams.update(dict.fromkeys(await self.journal.due(self.clock.now())))
            streams.update(dict.fromkeys(self._released()))
            for stream in streams:
                await self._advance_guarded(stream)
            if entries:
                seen = entries[-1].position
            else:
                await self._wait(seen)

    async def advance(self, stream: str) -> None:
        """Decide until there is nothing more to say, then carry out what was decided."""
        if prefix_of(stream) not in self._prefixes():
            return
        if not await self.intents.claim(stream):
            self.parked[stream] = self.clock.now() + CLAIMED  # its holder may be dead: come back
            return
        machine = self.machines.get(prefix_of(stream))
        if machine is not None and not await self._settled(stream, machine):
            log.error("stream_never_settles", stream=stream)
            self.parked[stream] = self.clock.now() + PATIENCE
        await self.intents.carry_out(stream)

    async def _settled(self, stream: str, machine: Machine) -> bool:
        """Decide until there is nothing more to say; False: there was always something."""
        for _ in range(MOST_DECISIONS):
            if not await self._decided(stream, machine):
                return True
        return False

    async def _decided(self, stream: str, machine: Machine) -> bool:
        """One decision; whether anything was said."""
        held = await self.journal.held(stream)
        if held is None or not held.readable or not held.state.open:
            return False
        seen = await machine.look(held.state)
        said = machine.decide(held.state, seen, self.clock.now())
        if not said:
            return False
        made = drafts(stream, said, held.revision, None)
        try:
            await self.journal.append(machine.by, made)
        except StaleRevision:
            log.debug("decided_on_old_news", stream=stream)
        return True

    async def _advance_guarded(self, stream: str) -> None:
        """A poison stream is parked; the others go on."""
        until = self.parked.get(stream)
        if until and self.clock.now() < until:
            return
        self.parked.pop(stream, None)
        if not await self.crew.guarded(f"stream {stream}", self.advance(stream)):
            self.parked[stream] = self.clock.now() + PATIENCE

    async def _open(self) -> Sequence[str]:
        return [
            held.stream
            for prefix in self._prefixes()
            for held in await self.journal.open_streams(prefix)
        ]

    def _prefixes(self) -> Sequence[str]:
        """The kinds of streams that are work for this process, each once, in a fixed order."""
        duties = self.intents.duties.values()
        return tuple(dict.fromkeys((*self.machines, *(duty.stream for duty in duties))))

    def _released(self) -> Sequence[str]:
        now = self.clock.now()
        return [stream for stream, until in self.parked.items() if until <= now]

    async def _wait(self, seen: int) -> None:
        """Until there is news, or something is due.

        A poll each second is the floor of ``changed``. What is due already (parked, or claimed by
        another worker) comes again after a breath, so that the loop never spins.
        """
        wake = await self.journal.next_wake()
        if wake is not None:
            wake = max(wake, self.clock.now() + BREATH)
        bell = asyncio.ensure_future(self.journal.changed(seen))
        alarm = asyncio.ensure_future(self._alarm(wake))
        try:
            rung, _ = await asyncio.wait((bell, alarm), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in (bell, alarm):
                waiting.cancel()
        for one in rung:
            one.result()  # a journal that fails is heard here, not lost with the bell

    async def _alarm(self, wake: datetime | None) -> None:
        if wake is None:
            await asyncio.get_running_loop().create_future()
        else:
            await self.clock.sleep_until(wake)
