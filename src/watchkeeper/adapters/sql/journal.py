"""The journal on a database file, behind its port."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from watchkeeper.adapters.sql.database import BUSY_SECONDS, FILE, opened
from watchkeeper.adapters.sql.folds import Folds
from watchkeeper.adapters.sql.hands import Hands, InlineHands, ThreadHands
from watchkeeper.adapters.sql.head_files import HeadFiles
from watchkeeper.adapters.sql.line import FLEETING, Line
from watchkeeper.adapters.sql.reader import Reader
from watchkeeper.adapters.sql.rows import Rows
from watchkeeper.adapters.sql.writer import Claim, Wanted, Writer
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
        self,
        directory: Path,
        folds: Sequence[AnyFold],
        clock: Clock,
        *,
        threads: int = 2,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """Open it, or make it.

        ``threads`` counts the reader threads; 0: everything inline, for simulation.
        ``busy_seconds``: how long an append waits for another process's before it fails.
        """
        self._engine = opened(directory / FILE, busy_seconds)
        by_prefix = {fold.prefix: fold for fold in folds}
        self._reader = Reader(self._engine, by_prefix)
        self._writer = Writer(
            line=Line(self._engine),
            aside=Line(self._engine, FLEETING),
            rows=Rows(Folds(by_prefix)),
            clock=clock,
            files=HeadFiles(directory),
        )
        self._writer.adopt()
        self._hands: Hands = (
            ThreadHands(self._writer, self._ring, self._finish, threads)
            if threads
            else InlineHands(self._writer, self._ring, self._finish)
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
        return await self._hands.claim(Claim(stream=stream, worker=worker, seconds=seconds))

    async def changed(self, after: int) -> None:
        """Return at the next append of this process, or after a second for the others'."""
        bell = self._bell
        if (await self.head()).size > after:
            return
        waiting = asyncio.ensure_future(bell.wait())
        try:
            await asyncio.wait((waiting,), timeout=POLL_SECONDS)
        finally:
            waiting.cancel()
        self._check()

    async def close(self) -> None:
        """Write what waits, then refuse everything."""
        if not self._closed:
            self._closed = True
            await self._hands.close()
            self._ring()

    def fence(self) -> None:
        """Refuse everything from now on, at once: what a crash leaves behind writes nothing."""
        if not self._closed:
            self._closed = True
            self._hands.fence()
            self._ring()

    def _ring(self) -> None:
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def _finish(self) -> None:
        self._writer.close()
        self._engine.dispose()

    def _check(self) -> None:
        if self._closed:
            raise JournalClosed("this journal handle is closed")
