"""The journal that another process keeps: the whole port over a Unix socket."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from watchkeeper.adapters.remote.line import Line, closed
from watchkeeper.domain.appending import MayNotSay, StaleRevision
from watchkeeper.domain.blob import Blob, BlobAltered
from watchkeeper.domain.entry import Actor, AnyFold, Draft, Entry
from watchkeeper.domain.merkle import TreeHead
from watchkeeper.domain.record import NotFinite, RecordDamaged
from watchkeeper.ports.errors import JournalFailed
from watchkeeper.ports.journal import CursorAhead, CursorMove, Held
from watchkeeper.ports.journal_messages import (
    Append,
    Reply,
    SentBlob,
    SentEntry,
    SentHeld,
    SentMove,
    blob_of,
    entry_from,
    held_from,
    sent_blob,
    sent_draft,
    unpacked,
)

_RAISED: Mapping[str, Callable[[str], Exception]] = {
    each.__name__: each
    for each in (StaleRevision, MayNotSay, CursorAhead, BlobAltered, NotFinite, RecordDamaged)
}


class RemoteJournal:
    """One process's handle; it connects when it is asked, and again after every cut.

    A call that was under way when the connection went raises JournalFailed: an append may then
    have been written all the same, and its expected revision is what tells.
    """

    def __init__(self, path: Path, folds: Sequence[AnyFold]) -> None:
        self._path = path
        self._folds = {fold.prefix: fold for fold in folds}
        self._line = Line()
        self._connecting = asyncio.Lock()
        self._closed = False

    async def append(
        self,
        actor: Actor,
        drafts: Sequence[Draft],
        blobs: Sequence[Blob] = (),
        cursor: CursorMove | None = None,
    ) -> tuple[Entry, ...]:
        """All drafts in one transaction, or none."""
        arguments = Append(
            actor=str(actor),
            drafts=tuple(sent_draft(draft) for draft in drafts),
            blobs=tuple(sent_blob(blob) for blob in blobs),
            cursor=_sent_move(cursor),
        )
        return _entries(await self._asked("append", arguments, tuple[SentEntry, ...]))

    async def entries(
        self, after: int = 0, limit: int = 1000, stream: str | None = None
    ) -> tuple[Entry, ...]:
        """Entries above a position, in order."""
        sent = await self._asked("entries", (after, limit, stream), tuple[SentEntry, ...])
        return _entries(sent)

    async def held(self, stream: str) -> Held | None:
        """One stream's fold."""
        sent = await self._asked("held", (stream,), SentHeld | None)
        return held_from(sent, self._folds) if sent else None

    async def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """Open streams of a prefix, by name."""
        sent = await self._asked("open_streams", (prefix,), tuple[SentHeld, ...])
        return tuple(held_from(each, self._folds) for each in sent)

    async def all_streams(self, prefix: str, limit: int = 1000) -> tuple[Held, ...]:
        """The newest streams of a prefix by name."""
        sent = await self._asked("all_streams", (prefix, limit), tuple[SentHeld, ...])
        return tuple(held_from(each, self._folds) for each in sent)

    async def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose time has come."""
        streams: tuple[str, ...] = await self._asked("due", (now,), tuple[str, ...])
        return streams

    async def next_wake(self) -> datetime | None:
        """The earliest time an open stream wants."""
        wake_at: datetime | None = await self._asked("next_wake", (), datetime | None)
        return wake_at

    async def cursor(self, name: str) -> int:
        """How far a consumer has seen."""
        position: int = await self._asked("cursor", (name,), int)
        return position

    async def blob(self, digest: str) -> Blob | None:
        """A stored text."""
        sent = await self._asked("blob", (digest,), SentBlob | None)
        return blob_of(sent) if sent else None

    async def head(self) -> TreeHead:
        """The head of the tree."""
        size, root = await self._asked("head", (), tuple[int, bytes])
        return TreeHead(size=size, root=root)

    async def claim(self, stream: str, worker: str, seconds: float) -> bool:
        """Take or renew a claim."""
        taken: bool = await self._asked("claim", (stream, worker, seconds), bool)
        return taken

    async def changed(self, after: int) -> None:
        """Return when there is news, or after a second or so."""
        await self._asked("changed", (after,), None)

    async def close(self) -> None:
        """Let what waits be answered, then refuse everything."""
        self._closed = True
        async with self._connecting:
            await self._line.answered()
        self._line.end(closed)

    def fence(self) -> None:
        """Refuse everything from now on, at once."""
        self._closed = True
        self._line.end(closed)

    async def _asked(self, call: str, arguments: object, kind: Any) -> Any:
        self._check()
        reply = await (await self._connected()).ask(call, arguments)
        if reply.error:
            raise _error(reply)
        return unpacked(reply.answer, kind)

    async def _connected(self) -> Line:
        async with self._connecting:
            if not self._line.up:
                loop = asyncio.get_running_loop()
                try:
                    _, self._line = await loop.create_unix_connection(Line, str(self._path))
                except OSError as error:
                    raise JournalFailed(f"{self._path}: {error.strerror}") from None
        return self._line

    def _check(self) -> None:
        if self._closed:
            raise closed()


def _error(reply: Reply) -> Exception:
    raised = _RAISED.get(reply.error)
    return raised(reply.message) if raised else JournalFailed(f"{reply.error}: {reply.message}")


def _entries(sent: Sequence[SentEntry]) -> tuple[Entry, ...]:
    return tuple(entry_from(each) for each in sent)


def _sent_move(cursor: CursorMove | None) -> SentMove | None:
    if cursor is None:
        return None
    return SentMove(name=cursor.name, position=cursor.position, seen=cursor.seen)
