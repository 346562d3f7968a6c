"""The journal's pulse: a small write now and then, timed, which leaves no entry behind."""

import asyncio
from collections.abc import Callable

import structlog

from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.ports.errors import JournalFailed, StaleRevision
from watchkeeper.ports.journal import CursorMove, Journal

log = structlog.get_logger()

EVERY_SECONDS = 10.0
CURSOR = "pulse"  # what is written: that this cursor stands where it stands
WATCHMAN = Actor(kind=ActorKind.SYSTEM, name="watchman")


class Pulse:
    """What the last write took, whether it failed, and when one last went well."""

    def __init__(self, journal: Journal, room: Callable[[], None]) -> None:
        """``room`` raises OSError where nothing new can be written."""
        self._journal = journal
        self._room = room
        self._began: float | None = None  # of the write that is under way
        self._took: float | None = None
        self.failed = False
        self.written_at: float | None = None  # by the loop's clock

    async def run(self) -> None:
        """For ever: a write, and a rest."""
        while True:
            await self.write()
            await asyncio.sleep(EVERY_SECONDS)

    async def write(self) -> None:
        """One durable write."""
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        try:
            await asyncio.to_thread(self._room)
            await self._moved()
        except (JournalFailed, OSError) as failure:
            if not self.failed:
                log.error("journal_not_written", error=str(failure))
            self.failed = True
        else:
            self.failed, self.written_at = False, loop.time()
        finally:
            self._took, self._began = loop.time() - self._began, None

    def seconds(self) -> float | None:
        """What a write takes: the last one, or the one under way where that is longer."""
        if self._began is None:
            return self._took
        return max(self._took or 0.0, asyncio.get_running_loop().time() - self._began)

    async def _moved(self) -> None:
        stands = await self._journal.cursor(CURSOR)
        position = max(stands, (await self._journal.head()).size)
        move = CursorMove(name=CURSOR, position=position, seen=stands)
        try:
            await self._journal.append(WATCHMAN, (), (), move)
            # To SQLite a cursor that has not moved is nothing to write; a claim's time always is.
            await self._journal.claim(CURSOR, WATCHMAN.name, 0.0)
        except StaleRevision:
            return  # another process of this installation has just written it
