"""One call of the journal port, from its bytes to its answer's."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from watchkeeper.domain.entry import ActorKind, actor
from watchkeeper.interfaces.journal_socket.speakers import check
from watchkeeper.ports.journal import CursorMove, Journal
from watchkeeper.ports.journal_messages import (
    Append,
    FrameRefused,
    Question,
    blob_of,
    draft_of,
    packed,
    sent_blob,
    sent_entry,
    sent_held,
    unpacked,
)

MOST = 1000  # entries or streams in one answer
LONGEST_CLAIM_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What one connection may do. ``kinds``: as whom it may speak."""

    journal: Journal
    kinds: frozenset[ActorKind]

    async def answer(self, question: Question) -> msgspec.Raw:
        """The answer to a question. Raises FrameRefused, NotYourVoice, and what the port raises."""
        call = _CALLS.get(question.call)
        if call is None:
            raise FrameRefused(f"no such call: {question.call[:64]}")
        return packed(await call(self, question.arguments))

    async def append(self, arguments: msgspec.Raw) -> object:
        """Append, as one of the kinds that this connection is."""
        said: Append = unpacked(arguments, Append)
        try:
            speaker = actor(said.actor)
        except ValueError:
            raise FrameRefused("no such kind of speaker") from None
        check(speaker, self.kinds)
        move = said.cursor
        entries = await self.journal.append(
            speaker,
            tuple(draft_of(draft) for draft in said.drafts),
            tuple(blob_of(blob) for blob in said.blobs),
            CursorMove(name=move.name, position=move.position, seen=move.seen) if move else None,
        )
        return [sent_entry(entry) for entry in entries]

    async def entries(self, arguments: msgspec.Raw) -> object:
        """Read on."""
        after, limit, stream = unpacked(arguments, tuple[int, int, str | None])
        entries = await self.journal.entries(after, min(limit, MOST), stream)
        return [sent_entry(entry) for entry in entries]

    async def held(self, arguments: msgspec.Raw) -> object:
        """One fold."""
        (stream,) = unpacked(arguments, tuple[str])
        held = await self.journal.held(stream)
        return sent_held(held) if held else None

    async def open_streams(self, arguments: msgspec.Raw) -> object:
        """Open folds."""
        (prefix,) = unpacked(arguments, tuple[str])
        return [sent_held(held) for held in await self.journal.open_streams(prefix)]

    async def all_streams(self, arguments: msgspec.Raw) -> object:
        """The newest folds."""
        prefix, limit = unpacked(arguments, tuple[str, int])
        found = await self.journal.all_streams(prefix, min(limit, MOST))
        return [sent_held(held) for held in found]

    async def due(self, arguments: msgspec.Raw) -> object:
        """What is due."""
        (now,) = unpacked(arguments, tuple[datetime])
        return await self.journal.due(now)

    async def next_wake(self, _: msgspec.Raw) -> object:
        """The next wake."""
        return await self.journal.next_wake()

    async def cursor(self, arguments: msgspec.Raw) -> object:
        """A cursor."""
        (name,) = unpacked(arguments, tuple[str])
        return await self.journal.cursor(name)

    async def blob(self, arguments: msgspec.Raw) -> object:
        """A text."""
        (digest,) = unpacked(arguments, tuple[str])
        blob = await self.journal.blob(digest)
        return sent_blob(blob) if blob else None

    async def head(self, _: msgspec.Raw) -> object:
        """The head."""
        head = await self.journal.head()
        return head.size, head.root

    async def claim(self, arguments: msgspec.Raw) -> object:
        """A claim."""
        stream, worker, seconds = unpacked(arguments, tuple[str, str, float])
        if not 0 <= seconds <= LONGEST_CLAIM_SECONDS:
            raise FrameRefused(f"a claim lasts at most {LONGEST_CLAIM_SECONDS:g} s")
        return await self.journal.claim(stream, worker, seconds)

    async def changed(self, arguments: msgspec.Raw) -> object:
        """The bell."""
        (after,) = unpacked(arguments, tuple[int])
        await self.journal.changed(after)
        return None


_CALLS: Mapping[str, Callable[[Calls, msgspec.Raw], Awaitable[object]]] = {
    call.__name__: call
    for call in (
        Calls.append,
        Calls.entries,
        Calls.held,
        Calls.open_streams,
        Calls.all_streams,
        Calls.due,
        Calls.next_wake,
        Calls.cursor,
        Calls.blob,
        Calls.head,
        Calls.claim,
        Calls.changed,
    )
}
