"""One journal of each make, on which any number of workers open their own handle."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

from tests.contract.journal.tally import AGENT, FOLDS, newer_program
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.remote.journal import RemoteJournal
from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.domain.appending import Folded, after
from watchkeeper.domain.entry import ActorKind, Draft
from watchkeeper.domain.record import entry_of
from watchkeeper.interfaces.journal_socket.server import JournalSocket
from watchkeeper.interfaces.journal_socket.speakers import Speakers
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.journal import Journal


class Handle(Journal, Protocol):
    """A worker's journal, which a crash can cut off."""

    def fence(self) -> None:
        """Refuse everything from now on, at once."""


class Store(Protocol):
    """Where the entries lie."""

    def handle(self) -> Handle:
        """One more worker."""

    async def written_by_a_newer_program(self, drafts: Sequence[Draft]) -> None:
        """Entries of kinds or schemas that this program does not know."""

    def alter(self, digest: str, content: bytes) -> None:
        """Put another text in the place of a stored one, behind the journal's back."""

    def everything(self) -> bytes:
        """Every byte that is stored, in any order."""

    async def close(self) -> None:
        """Close every handle."""


class SqlStore:
    """A database file."""

    def __init__(self, folder: Path, clock: Clock, threads: int) -> None:
        self._folder = folder
        self._clock = clock
        self._threads = threads
        self._handles: list[SqlJournal] = []

    def handle(self) -> SqlJournal:
        journal = SqlJournal(self._folder, FOLDS, self._clock, threads=self._threads)
        self._handles.append(journal)
        return journal

    async def written_by_a_newer_program(self, drafts: Sequence[Draft]) -> None:
        with newer_program():
            journal = SqlJournal(self._folder, FOLDS, self._clock, threads=0)
            await journal.append(AGENT, drafts)
            await journal.close()

    def alter(self, digest: str, content: bytes) -> None:
        with closing(sqlite3.connect(self._folder / FILE)) as database, database:
            database.execute("UPDATE blobs SET content = ? WHERE digest = ?", (content, digest))

    def everything(self) -> bytes:
        return b"".join(path.read_bytes() for path in self._folder.glob("journal*"))

    async def close(self) -> None:
        for journal in self._handles:
            await journal.close()


class MemoryStore:
    """A disk in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._disk = Disk()

    def handle(self) -> MemoryJournal:
        return MemoryJournal(self._disk, FOLDS, self._clock)

    async def written_by_a_newer_program(self, drafts: Sequence[Draft]) -> None:
        with newer_program():
            await self.handle().append(AGENT, drafts)
        folds = {fold.prefix: fold for fold in FOLDS}
        made: dict[str, Folded] = {}
        for record in self._disk.records:
            entry = entry_of(record)
            made[entry.stream] = after(made.get(entry.stream), entry, folds)
        self._disk.folded = made

    def alter(self, digest: str, content: bytes) -> None:
        blob = self._disk.blobs[digest]
        self._disk.blobs[digest] = type(blob)(digest=digest, salt=blob.salt, content=content)

    def everything(self) -> bytes:
        disk = self._disk
        texts = [blob.salt + blob.content for blob in disk.blobs.values()]
        return b"".join([*disk.records, *texts, *disk.states().values()])

    async def close(self) -> None:
        """Nothing is open."""


class RemoteStore(SqlStore):
    """A database file that a keeper holds in a thread of its own, reached over a real socket."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(folder, clock, threads=2)
        self._path = folder / "keeper.sock"
        self._remotes: list[RemoteJournal] = []
        self._begin()

    def handle(self) -> RemoteJournal:  # type: ignore[override]
        journal = RemoteJournal(self._path, FOLDS)
        self._remotes.append(journal)
        return journal

    async def written_by_a_newer_program(self, drafts: Sequence[Draft]) -> None:
        """Only one keeper holds a journal at a time."""
        await self._end()
        await super().written_by_a_newer_program(drafts)
        self._begin()

    async def close(self) -> None:
        for remote in self._remotes:
            await remote.close()
        await self._end()

    def _begin(self) -> None:
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._keep()), daemon=True)
        self._thread.start()
        assert self._up.wait(10)

    async def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        await asyncio.to_thread(self._thread.join)

    async def _keep(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        journal = SqlStore.handle(self)
        speakers = Speakers(by_user={os.geteuid(): frozenset(ActorKind)})
        listening = asyncio.create_task(JournalSocket(self._path, journal, speakers).run())
        while not self._path.exists():
            await asyncio.sleep(0.001)
        self._up.set()
        await self._over.wait()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await journal.close()
