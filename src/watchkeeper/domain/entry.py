"""Entries of the journal: what they are, how they are drafted, how a stream becomes a state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, Generic, Protocol, TypeVar


class ActorKind(StrEnum):
    """Who speaks in an entry."""

    AGENT = "agent"  # monitoring, incidents, patching, learning, orchestration
    PERSON = "person"
    SOURCE = "source"  # an authenticated outside system
    SYSTEM = "system"  # a process of ours, about itself
    AUTHORITY = "authority"  # who judges and mints
    EXECUTOR = "executor"  # who spends and touches the estate


@dataclass(frozen=True, kw_only=True)
class Actor:
    """An authenticated speaker."""

    kind: ActorKind
    name: str

    def __str__(self) -> str:
        """``person:alice``."""
        return f"{self.kind}:{self.name}"


@lru_cache(maxsize=1024)
def actor(text: str) -> Actor:
    """The actor that ``str`` wrote."""
    kind, _, name = text.partition(":")
    return Actor(kind=ActorKind(kind), name=name)


class Body:
    """What an entry says.

    Subclasses are frozen dataclasses of ids, numbers, closed words and references.

    Free text never stands in a body: it is a blob, and the body holds its digest.
    """

    kind: ClassVar[str] = ""
    schema: ClassVar[int] = 1
    intent: ClassVar[bool] = False
    said_by: ClassVar[frozenset[ActorKind]] = frozenset()

    def __init_subclass__(
        cls, kind: str, *, said_by: frozenset[ActorKind], schema: int = 1, intent: bool = False
    ) -> None:
        """Give the kind its word.

        ``said_by``: the journal accepts it from these and from nobody else.
        ``intent``: the engine has to carry it out; its answer is an entry whose cause it is.
        """
        super().__init_subclass__()
        cls.kind, cls.schema, cls.intent, cls.said_by = kind, schema, intent, said_by
        if kind in KINDS:
            raise ValueError(f"two bodies are called {kind}")
        KINDS[kind] = cls


KINDS: dict[str, type[Body]] = {}


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A body of a kind or schema newer than this program: its stream is left to a newer worker."""

    kind: str
    schema: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the journal. ``position`` counts commits without a gap from 1."""

    position: int
    stream: str
    revision: int  # counts this stream's entries from 1
    at: datetime
    actor: Actor
    cause: int | None  # the position of the entry that this one answers or follows from
    body: Body | Unreadable


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry still to be appended.

    ``expected`` is the stream's revision that the writer saw (0: a new stream); None says
    whatever it is, for facts that do not depend on it.
    """

    stream: str
    body: Body
    expected: int | None = None
    cause: int | None = None


@dataclass(frozen=True, kw_only=True)
class Tell:
    """What one stream says into another, in the same transaction as its own entries.

    ``expected`` as in Draft: the other stream's revision that the decision was based on.
    """

    stream: str
    body: Body
    expected: int | None = None


Said = Body | Tell


class State(Protocol):
    """What a stream's entries add up to."""

    @property
    def wake_at(self) -> datetime | None:
        """When the stream wants attention though nothing new was said; None: not by itself."""

    @property
    def open(self) -> bool:
        """Whether anything may still happen in this stream."""


S = TypeVar("S", bound=State)


@dataclass(frozen=True, kw_only=True)
class Fold(Generic[S]):
    """How the streams of one prefix become states: the only way a state arises.

    ``version`` goes up when ``evolve`` reads old entries in a new way: states kept by an earlier
    version are then made anew.
    """

    prefix: str  # "incident" folds "incident/…"; a stream may also be just the prefix
    state: type[S]
    initial: Callable[[str], S]
    evolve: Callable[[S, Entry], S]
    version: int = 1


AnyFold = Fold[Any]


def prefix_of(stream: str) -> str:
    """``incident`` of ``incident/01J…``."""
    return stream.partition("/")[0]
