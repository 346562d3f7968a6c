"""What the engine drives: a fold, a pure decision, and a way to look at what the decision needs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, AnyFold, Body, Said


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One kind of stream. ``look`` reads, ``decide`` is pure; neither writes. ``by`` says it."""

    by: Actor
    fold: AnyFold
    look: Callable[[Any], Awaitable[Any]]  # state → what the decision sees
    decide: Callable[[Any, Any, datetime], Sequence[Said]]  # (state, seen, now)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of an intent: entries for its stream (and others), and their free texts."""

    said: Sequence[Said]
    blobs: Sequence[Blob] = ()


# Carries out one kind of intent: (the intent, the stream's fold) → its answer. It may run again
# after a crash, so it only reads, or it asks before it acts.
Performer = Callable[[Any, Any], Awaitable[Answer]]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One kind of intent that this process carries out; ``by`` says the answer."""

    stream: str  # the prefix of the streams in which it stands
    by: Actor
    perform: Performer


Duties = Mapping[type[Body], Duty]  # an intent that is not among them is another process's
