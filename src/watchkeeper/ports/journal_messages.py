"""The journal's calls as bytes: what a client and the journal's keeper say over a wire.

A frame is four bytes of length, then MessagePack. Bodies and states travel as their canonical
JSON, so that both ends read exactly what is stored.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import (
    KINDS,
    AnyFold,
    Body,
    Draft,
    Entry,
    Unreadable,
    actor,
    prefix_of,
)
from watchkeeper.domain.record import RecordDamaged, decoded, encoded, read_back
from watchkeeper.ports.journal import Held

HEADER_BYTES = 4
LONGEST_QUESTION = 4 * 1_048_576  # bytes: an append with its texts
LONGEST_ANSWER = 32 * 1_048_576  # bytes: a thousand entries


class FrameRefused(ValueError):
    """What came over the wire is not a frame, or is longer than any may be."""


class Question(msgspec.Struct, frozen=True, array_like=True):
    """One call. ``arguments`` are MessagePack, read as the call's own types."""

    number: int
    call: str
    arguments: msgspec.Raw


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """The answer to the question of that number; ``error`` names what was raised, if anything."""

    number: int
    answer: msgspec.Raw = msgspec.Raw(b"\xc0")  # nil
    error: str = ""
    message: str = ""


class SentDraft(msgspec.Struct, frozen=True, array_like=True):
    """A draft; its body is canonical JSON."""

    stream: str
    kind: str
    schema: int
    body: bytes
    expected: int | None
    cause: int | None


class SentBlob(msgspec.Struct, frozen=True, array_like=True):
    """A text."""

    digest: str
    salt: bytes
    content: bytes


class SentMove(msgspec.Struct, frozen=True, array_like=True):
    """A cursor's move."""

    name: str
    position: int
    seen: int


class Append(msgspec.Struct, frozen=True, array_like=True):
    """The arguments of ``append``."""

    actor: str
    drafts: tuple[SentDraft, ...]
    blobs: tuple[SentBlob, ...]
    cursor: SentMove | None


class SentEntry(msgspec.Struct, frozen=True, array_like=True):
    """An entry; no body where the keeper could not read it either."""

    position: int
    stream: str
    revision: int
    at: datetime
    actor: str
    cause: int | None
    kind: str
    schema: int
    body: bytes | None


class SentHeld(msgspec.Struct, frozen=True, array_like=True):
    """A stream's fold; its state is canonical JSON, and nothing where no fold is known."""

    stream: str
    revision: int
    readable: bool
    state: bytes | None


def frame(message: msgspec.Struct) -> bytes:
    """A message with its length."""
    content = msgspec.msgpack.encode(message)
    return len(content).to_bytes(HEADER_BYTES, "big") + content


def length_of(header: bytes, longest: int) -> int:
    """How many bytes follow. Raises FrameRefused."""
    length = int.from_bytes(header, "big")
    if length > longest:
        raise FrameRefused(f"a frame of {length} bytes; at most {longest} are read")
    return length


def packed(arguments: object) -> msgspec.Raw:
    """Arguments or an answer, to be put into a message."""
    return msgspec.Raw(msgspec.msgpack.encode(arguments))


def unpacked(content: bytes | msgspec.Raw, kind: Any) -> Any:
    """What a message holds, as its type. Raises FrameRefused."""
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FrameRefused(f"not understood: {error}") from None


def sent_draft(draft: Draft) -> SentDraft:
    """A draft as it travels. Raises NotFinite, RecordDamaged."""
    return SentDraft(
        stream=draft.stream,
        kind=draft.body.kind,
        schema=draft.body.schema,
        body=read_back(draft.body)[0],
        expected=draft.expected,
        cause=draft.cause,
    )


def draft_of(sent: SentDraft) -> Draft:
    """The draft that was sent. Raises FrameRefused when nobody here may say or knows its kind."""
    kind = KINDS.get(sent.kind)
    if kind is None or kind.schema != sent.schema:
        raise FrameRefused(f"no kind {sent.kind[:64]} of schema {sent.schema} is known here")
    try:
        body: Body = decoded(sent.body, kind)
    except msgspec.MsgspecError as error:
        raise FrameRefused(f"not a {kind.kind}: {error}") from None
    return Draft(stream=sent.stream, body=body, expected=sent.expected, cause=sent.cause)


def sent_blob(blob: Blob) -> SentBlob:
    """A text as it travels."""
    return SentBlob(digest=blob.digest, salt=blob.salt, content=blob.content)


def blob_of(sent: SentBlob) -> Blob:
    """The text that was sent; whether it is what its name says is the journal's to look at."""
    return Blob(digest=sent.digest, salt=sent.salt, content=sent.content)


def sent_entry(entry: Entry) -> SentEntry:
    """An entry as it travels."""
    body = entry.body
    return SentEntry(
        position=entry.position,
        stream=entry.stream,
        revision=entry.revision,
        at=entry.at,
        actor=str(entry.actor),
        cause=entry.cause,
        kind=body.kind,
        schema=body.schema,
        body=None if isinstance(body, Unreadable) else encoded(body),
    )


def entry_from(sent: SentEntry) -> Entry:
    """The entry that was sent. Raises RecordDamaged."""
    return Entry(
        position=sent.position,
        stream=sent.stream,
        revision=sent.revision,
        at=sent.at,
        actor=actor(sent.actor),
        cause=sent.cause,
        body=_body(sent),
    )


def sent_held(held: Held) -> SentHeld:
    """A fold as it travels."""
    state = None if held.state is None else encoded(held.state)
    return SentHeld(stream=held.stream, revision=held.revision, readable=held.readable, state=state)


def held_from(sent: SentHeld, folds: Mapping[str, AnyFold]) -> Held:
    """The fold that was sent, as this program's own state. Raises RecordDamaged."""
    fold = folds.get(prefix_of(sent.stream))
    if fold is None or sent.state is None:
        return Held(stream=sent.stream, revision=sent.revision, state=None, readable=sent.readable)
    try:
        state = decoded(sent.state, fold.state)
    except msgspec.MsgspecError as error:
        raise RecordDamaged(f"not a state of {sent.stream}: {error}") from None
    return Held(stream=sent.stream, revision=sent.revision, state=state, readable=sent.readable)


def _body(sent: SentEntry) -> Body | Unreadable:
    kind = KINDS.get(sent.kind)
    if sent.body is None or kind is None or kind.schema != sent.schema:
        return Unreadable(kind=sent.kind, schema=sent.schema)
    try:
        body: Body = decoded(sent.body, kind)
    except msgspec.MsgspecError as error:
        raise RecordDamaged(f"not a {sent.kind}: {error}") from None
    return body
