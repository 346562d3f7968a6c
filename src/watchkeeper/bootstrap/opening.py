"""Opening a data directory: to read it while a watch runs, or to be the one who writes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.sql.database import FILE, opened_for_reading
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.adapters.sql.reader import Reader
from watchkeeper.adapters.system.kill_page import FileKillPage
from watchkeeper.bootstrap.data_directory import KILL_PAGE, DataDirectoryRefused, existing, prepared
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, Draft, Entry
from watchkeeper.domain.merkle import TreeHead
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import JournalClosed
from watchkeeper.ports.journal import CursorMove, Held, Journal


class NoJournal(DataDirectoryRefused):
    """There is no journal in the data directory yet; `watchkeeper up` begins one."""


@asynccontextmanager
async def reading(folder: Path) -> AsyncIterator[Journal]:
    """The journal of a data directory, read-only. Raises DataDirectoryRefused, SchemaTooNew."""
    path = existing(folder) / FILE
    if not path.exists():
        raise NoJournal(f"{folder}: there is no journal here; name the directory with --data-dir")
    engine = opened_for_reading(path)
    try:
        yield ReadOnlyJournal(Reader(engine, {fold.prefix: fold for fold in FOLDS}))
    finally:
        engine.dispose()


@asynccontextmanager
async def rehearsing(folder: Path, clock: Clock) -> AsyncIterator[Journal]:
    """The journal as it is, for trying what would happen; an empty one where none was begun."""
    if (folder / FILE).exists():
        async with reading(folder) as journal:
            yield journal
    else:
        yield MemoryJournal(Disk(), FOLDS, clock)


@asynccontextmanager
async def writing(folder: Path, clock: Clock) -> AsyncIterator[SqlJournal]:
    """The journal of a data directory, whose only appender this is as long as the block lasts.

    Raises JournalLocked while a watch runs on it, DataDirectoryRefused, SchemaTooNew.
    """
    home = prepared(folder)
    lock = DirectoryLock(home)
    try:
        journal = SqlJournal(home, FOLDS, clock, threads=0)
        try:
            if (await journal.head()).size == 0:
                kill_page(home).create()  # the very first start; afterwards no page says stop
            yield journal
        finally:
            await journal.close()
    finally:
        lock.release()


def kill_page(folder: Path) -> FileKillPage:
    """The kill page of a data directory."""
    return FileKillPage(folder / KILL_PAGE)


class ReadOnlyJournal:
    """The journal port for somebody who only looks: every question is answered at once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def append(
        self,
        actor: Actor,
        drafts: Sequence[Draft],
        blobs: Sequence[Blob] = (),
        cursor: CursorMove | None = None,
    ) -> tuple[Entry, ...]:
        """Raise JournalClosed: nothing is written here."""
        raise JournalClosed(f"opened for reading: {len(drafts)} entries of {actor} not written")

    async def entries(
        self, after: int = 0, limit: int = 1000, stream: str | None = None
    ) -> tuple[Entry, ...]:
        """Entries above a position, in order."""
        return self._reader.entries(after, limit, stream)

    async def held(self, stream: str) -> Held | None:
        """One stream's fold."""
        return self._reader.held(stream)

    async def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """Open streams of a prefix."""
        return self._reader.open_streams(prefix)

    async def all_streams(self, prefix: str, limit: int = 1000) -> tuple[Held, ...]:
        """The newest streams of a prefix."""
        return self._reader.all_streams(prefix, limit)

    async def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose time has come."""
        return self._reader.due(now)

    async def next_wake(self) -> datetime | None:
        """The earliest time an open stream wants."""
        return self._reader.next_wake()

    async def cursor(self, name: str) -> int:
        """How far a consumer has seen."""
        return self._reader.cursor(name)

    async def blob(self, digest: str) -> Blob | None:
        """A stored text."""
        return self._reader.blob(digest)

    async def head(self) -> TreeHead:
        """The head of the tree."""
        return self._reader.head()

    async def claim(self, stream: str, worker: str, seconds: float) -> bool:
        """Nobody who only looks may take a stream."""
        return False

    async def changed(self, after: int) -> None:
        """Return at once: whoever looks decides how often."""

    async def close(self) -> None:
        """The engine belongs to ``reading``."""
