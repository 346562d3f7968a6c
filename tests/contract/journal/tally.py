"""Streams that count: just enough to tell one behaviour of a journal from another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from watchkeeper.domain.entry import KINDS, Actor, ActorKind, AnyFold, Body, Draft, Entry, Fold
from watchkeeper.domain.record import UPCASTS
from watchkeeper.domain.speakers import OURS, PERSONS, SOURCES

AGENT = Actor(kind=ActorKind.AGENT, name="monitoring")
SOURCE = Actor(kind=ActorKind.SOURCE, name="alertmanager:one")
SYSTEM = Actor(kind=ActorKind.SYSTEM, name="engine")
ALICE = Actor(kind=ActorKind.PERSON, name="alice")

ANYBODY = PERSONS | SOURCES | OURS


@dataclass(frozen=True, kw_only=True)
class Begun(Body, kind="tally.begun", said_by=ANYBODY):
    """The stream is open, and wants attention at an instant or never."""

    wake_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Added(Body, kind="tally.added", said_by=ANYBODY):
    """So many more. Less than nothing is more than the fold can bear."""

    amount: int
    weight: float | None = None
    text: str = ""  # digest


@dataclass(frozen=True, kw_only=True)
class Ended(Body, kind="tally.ended", said_by=ANYBODY):
    """Nothing more will happen here."""


@dataclass(frozen=True, kw_only=True)
class Vouched(Body, kind="tally.vouched", said_by=PERSONS):
    """A person says that it is right."""


@dataclass(frozen=True, kw_only=True)
class Weighed(Body, kind="tally.weighed", said_by=ANYBODY):
    """A kind that only a newer program knows; see ``newer_program``."""

    grams: int = 0


@dataclass(frozen=True, kw_only=True)
class AddedWithCare(Body, kind="tally.added in its second schema", said_by=ANYBODY):
    """``Added`` as a newer program says it."""

    amount: int
    care: int = 1


del KINDS[Weighed.kind], KINDS[AddedWithCare.kind]
AddedWithCare.kind, AddedWithCare.schema = Added.kind, 2


@contextmanager
def newer_program() -> Iterator[None]:
    """As long as it lasts this process is a newer program, which knows more."""
    KINDS[Weighed.kind], KINDS[Added.kind] = Weighed, AddedWithCare
    UPCASTS[(Added.kind, 1)] = lambda said: {"amount": said["amount"]}
    try:
        yield
    finally:
        KINDS[Added.kind] = Added
        del KINDS[Weighed.kind], UPCASTS[(Added.kind, 1)]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a stream's entries add up to."""

    total: int = 0
    weight: float = 0.0
    last: float | None = None  # weight, as it was said
    wake_at: datetime | None = None
    open: bool = False
    vouched_by: str = ""


class FoldRefused(Exception):
    """This entry cannot be folded."""


def evolve(tally: Tally, entry: Entry) -> Tally:
    match entry.body:
        case Begun(wake_at=wake_at):
            return replace(tally, open=True, wake_at=wake_at)
        case Added(amount=amount) if amount < 0:
            raise FoldRefused(f"{amount} is less than nothing")
        case AddedWithCare(amount=amount, care=care):
            return replace(tally, total=tally.total + amount * care)
        case Weighed(grams=grams):
            return replace(tally, weight=tally.weight + grams)
        case Added(amount=amount, weight=weight):
            heavier = tally.weight + (weight or 0)
            return replace(tally, total=tally.total + amount, weight=heavier, last=weight)
        case Ended():
            return replace(tally, open=False)
        case Vouched():
            return replace(tally, vouched_by=str(entry.actor))
        case _:
            return tally


def fold_of(prefix: str, version: int = 1) -> AnyFold:
    return Fold(
        prefix=prefix, state=Tally, initial=lambda _: Tally(), evolve=evolve, version=version
    )


FOLDS = (fold_of("tally"), fold_of("tallyho"), fold_of("tally-ho"))


def begun(stream: str, wake_at: datetime | None = None, expected: int | None = None) -> Draft:
    return Draft(stream=stream, body=Begun(wake_at=wake_at), expected=expected)


def added(stream: str, amount: int = 1, expected: int | None = None, text: str = "") -> Draft:
    return Draft(stream=stream, body=Added(amount=amount, text=text), expected=expected)


def ended(stream: str) -> Draft:
    return Draft(stream=stream, body=Ended())
