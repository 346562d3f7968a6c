"""The canonical record of an entry: the bytes that are hashed, stored and never re-encoded.

JSON with sorted keys, instants as RFC 3339 with Z, no NaN and no infinity.
"""

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from watchkeeper.domain import events as events  # all kinds have to be known to read any
from watchkeeper.domain.entry import KINDS, Body, Entry, Unreadable, actor
from watchkeeper.domain.instant import utc

T = TypeVar("T")

_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}
_ENCODER = msgspec.json.Encoder(order="sorted")
_BINARY = msgspec.msgpack.Encoder()
_MAYBE_NOT_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")  # a float whose exponent is all ones


class NotFinite(ValueError):
    """A body may not hold NaN or an infinity: the record could not say it."""


class RecordDamaged(ValueError):
    """The bytes are not the record of an entry."""


class Place(msgspec.Struct, frozen=True):
    """What a record says of itself that the store also keeps in columns."""

    kind: str
    position: int
    revision: int
    schema: int
    stream: str


class _Record(msgspec.Struct, frozen=True):
    """An entry as it is written; the body stays as bytes until its kind is known.

    The fields stand in the order in which they are written.
    """

    actor: str
    at: datetime
    body: msgspec.Raw
    cause: int | None
    kind: str
    position: int
    revision: int
    schema: int
    stream: str


# How bodies of older schemas become today's: (kind, schema) → (builtins) → builtins of schema + 1.
UPCASTS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}


def read_back(body: Body) -> tuple[bytes, Body]:
    """A body's canonical JSON, and the body as everybody will read it from there.

    Raises NotFinite, and RecordDamaged when it does not hold what its type declares.
    """
    text = encoded(body)
    try:
        return text, _decoder(type(body)).decode(text)
    except msgspec.MsgspecError as error:
        raise RecordDamaged(f"a {body.kind} that nobody could read: {error}") from error


def record_of(entry: Entry, text: bytes | None = None) -> bytes:
    """The canonical record; ``text`` is its body's JSON, where that is known already.

    Raises NotFinite, NotUtc.
    """
    body = entry.body
    if isinstance(body, Unreadable):
        raise RecordDamaged(f"a body of kind {body.kind} cannot be written by this program")
    record = _Record(
        actor=str(entry.actor),
        at=utc(entry.at),
        body=msgspec.Raw(encoded(body) if text is None else text),
        cause=entry.cause,
        kind=body.kind,
        position=entry.position,
        revision=entry.revision,
        schema=body.schema,
        stream=entry.stream,
    )
    return _ENCODER.encode(record)


def entry_of(record: bytes) -> Entry:
    """The entry that a record says; a kind or schema that is too new gives an Unreadable body.

    Raises RecordDamaged.
    """
    try:
        read = _decoder(_Record).decode(record)
        return Entry(
            position=read.position,
            stream=read.stream,
            revision=read.revision,
            at=read.at,
            actor=actor(read.actor),
            cause=read.cause,
            body=_body(read),
        )
    except (msgspec.MsgspecError, ValueError) as error:
        raise RecordDamaged(f"not the record of an entry: {error}") from error


def place_of(record: bytes) -> Place:
    """What a record says of its place; its body is not looked at. Raises RecordDamaged."""
    try:
        place: Place = _decoder(Place).decode(record)
    except (msgspec.MsgspecError, ValueError) as error:
        raise RecordDamaged(f"not the record of an entry: {error}") from error
    return place


def _body(read: _Record) -> Body | Unreadable:
    kind = KINDS.get(read.kind)
    if kind is None or read.schema > kind.schema:
        return Unreadable(kind=read.kind, schema=read.schema)
    if read.schema == kind.schema:
        body: Body = _decoder(kind).decode(read.body)
        return body
    said = msgspec.json.decode(read.body)
    for schema in range(read.schema, kind.schema):
        upcast = UPCASTS.get((read.kind, schema))
        if upcast is None:
            raise RecordDamaged(f"no way from schema {schema} of {read.kind} to {schema + 1}")
        said = upcast(said)
    return msgspec.convert(said, kind)


def encoded(value: object) -> bytes:
    """A body or a state as canonical JSON. Raises NotFinite."""
    text = _ENCODER.encode(value)
    if b"null" in text and not _finite(value):  # JSON has no other word for what is not finite
        raise NotFinite(f"{type(value).__name__} holds NaN or an infinity")
    return text


def decoded(text: bytes, kind: type[T]) -> T:
    """A state from its canonical JSON."""
    value: T = _decoder(kind).decode(text)
    return value


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """One decoder a type, made once."""
    if kind not in _DECODERS:
        _DECODERS[kind] = msgspec.json.Decoder(kind)
    return _DECODERS[kind]


def _finite(value: object) -> bool:
    """Whether no number in it is NaN or infinite; looks closely only where its bytes allow one."""
    if _MAYBE_NOT_FINITE.search(_BINARY.encode(value)) is None:
        return True
    return _is_finite(msgspec.to_builtins(value))


def _is_finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(_is_finite(one) for one in value.values())
    if isinstance(value, list | tuple):
        return all(_is_finite(one) for one in value)
    return True
