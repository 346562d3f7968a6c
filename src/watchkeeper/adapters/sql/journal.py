"""The journal on a database file, behind its port."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from watchkeeper.adapters.sql.database import FILE, opened
from watchkeeper.adapters.sql.hands import Hands, InlineHands, ThreadHands
from watchkeeper.adapters.sql.head_files import HeadFiles
from watchkeeper.adapters.sql.reader import Reader
from watchkeeper.adapters.sql.writer import Wanted, Writer
from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, AnyFold, Draft, Entry
from watchkeeper.domain.merkle import TreeHead
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import JournalClosed
from watchkeeper.ports.journal import CursorMove, Held

POLL_SECONDS = 1.0


class SqlJournal:
    """The journal in ``DIRECTORY/journal.db``; several processes may hold it open at once.

    Raises SchemaTooNew when the file was written by a newer version.
    """

    def __init__(
        self, directory: Path, folds: Sequence[AnyFold], clock: Clock, *, threads: int = 2
    ) -> None:
        """``threads`` counts the reader threads; 0: everything inline, for simulation."""
        engine = opened(directory / FILE)
        by_prefix = {fold.prefix: fold for fold in folds}
        self._engine = engine
        self._clock = clock
        self._reader = Reader(engine, by_prefix)
        writer = Writer(engine, by_prefix, clock, HeadFiles(directory))
        self._hands: Hands = (
            ThreadHands(writer.append, threads) if threads else InlineHands(writer.append)
        )
        self._bell = asyncio.Event()
        self._closed = False

    async def append(
        self,
        actor: Actor,
        drafts: Sequence[Draft],
        blobs: Sequence[Blob] = (),
        cursor: CursorMove | None = None,
    ) -> tuple[Entry, ...]:
        """All drafts in one transaction, or none."""
        self._check()
        wanted = Wanted(actor=actor, drafts=tuple(drafts), blobs=tuple(blobs), cursor=cursor)
        outcome = await self._hands.append(wanted)
        if isinstance(outcome, Exception):
            raise outcome
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()
        return outcome

    async def entries(
        self, after: int = 0, limit: int = 1000, stream: str | None = None
    ) -> tuple[Entry, ...]:
        """Entries above a position, in order."""
        self._check()
        return await self._hands.read(lambda: self._reader.entries(after, limit, stream))

    async def held(self, stream: str) -> Held | None:
        """One stream's fold."""
        self._check()
        return await self._hands.read(lambda: self._reader.held(stream))

    async def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """Open streams of a prefix."""
        self._check()
        return await self._hands.read(lambda: self._reader.open_streams(prefix))

    async def all_streams(self, prefix: str, limit: int = 1000) -> tuple[Held, ...]:
        """The newest streams of a prefix."""
        self._check()
        return await self._hands.read(lambda: self._reader.all_streams(prefix, limit))

    async def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose time has come."""
        self._check()
        return await self._hands.read(lambda: self._reader.due(now))

    async def next_wake(self) -> datetime | None:
        """The earliest time an open stream wants."""
        self._check()
        return await self._hands.read(self._reader.next_wake)

    async def cursor(self, name: str) -> int:
        """How far a consumer has seen."""
        self._check()
        return await self._hands.read(lambda: self._reader.cursor(name))

    async def blob(self, digest: str) -> Blob | None:
        """A stored text."""
        self._check()
        return await self._hands.read(lambda: self._reader.blob(digest))

    async def head(self) -> TreeHead:
        """The head of the tree."""
        self._check()
        return await self._hands.read(self._reader.head)

    async def claim(self, stream: str, worker: str, seconds: float) -> bool:
        """Take or renew a claim; on one machine the process's clock is the database's clock."""
        self._check()
        now = self._clock.now()
        return await self._hands.read(lambda: self._reader.claim(stream, worker, now, seconds))

    async def changed(self, after: int) -> None:
        """Return at the next append of this process, or after a second for the others'."""
        if (await self.head()).size > after:
            return
        waiting = asyncio.ensure_future(self._bell.wait())
        try:
            await asyncio.wait((waiting,), timeout=POLL_SECONDS)
        finally:
            waiting.cancel()
        self._check()

    async def close(self) -> None:
        """Write what waits, then refuse everything."""
        if not self._closed:
            self._closed = True
            self._hands.close()
            self._engine.dispose()

    def fence(self) -> None:
        """Refuse everything from now on, at once: what a crash leaves behind writes nothing."""
        self._closed = True

    def _check(self) -> None:
        if self._closed:
            raise JournalClosed("this journal handle is closed")
