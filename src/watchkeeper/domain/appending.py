"""What an append does, as arithmetic: positions, revisions, leaves, folds; for every store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchkeeper.domain.entry import Actor, ActorKind, AnyFold, Draft, Entry, Unreadable, prefix_of
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.record import encoded, record_of


class StaleRevision(Exception):
    """Somebody else appended to this stream first: look again, then decide again."""


class NotAPerson(Exception):
    """Only a person may say this."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry and the bytes by which it is kept."""

    entry: Entry
    kind: str
    schema: int
    record: bytes
    leaf: bytes


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A stream's cached fold as it is kept. ``state`` None: no fold is known for its prefix."""

    stream: str
    prefix: str
    revision: int
    wake_at: datetime | None
    open: bool
    readable: bool
    state: Any


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything one append writes."""

    rows: tuple[Row, ...]
    folded: Mapping[str, Folded]
    frontier: Frontier


Look = Callable[[str], Folded | None]


def planned(  # noqa: PLR0913 all that an append depends on
    actor: Actor,
    drafts: Sequence[Draft],
    *,
    at: datetime,
    frontier: Frontier,
    look: Look,
    folds: Mapping[str, AnyFold],
) -> Plan:
    """What these drafts come to on top of what is there; nothing is written.

    ``look`` gives a stream's fold as it is now. Raises StaleRevision, NotAPerson, NotFinite.
    """
    rows: list[Row] = []
    folded: dict[str, Folded] = {}
    for draft in drafts:
        if draft.body.person_only and actor.kind is not ActorKind.PERSON:
            raise NotAPerson(f"{draft.body.kind} may only be said by a person, not by {actor}")
        before = folded.get(draft.stream) or look(draft.stream)
        revision = before.revision if before else 0
        if draft.expected is not None and draft.expected != revision:
            raise StaleRevision(f"{draft.stream} is at {revision}, not {draft.expected}")
        entry = Entry(
            position=frontier.size + 1,
            stream=draft.stream,
            revision=revision + 1,
            at=at,
            actor=actor,
            cause=draft.cause,
            body=draft.body,
        )
        record = record_of(entry)
        leaf = leaf_hash(record)
        frontier = frontier.appended(leaf)
        rows.append(
            Row(
                entry=entry,
                kind=draft.body.kind,
                schema=draft.body.schema,
                record=record,
                leaf=leaf,
            )
        )
        folded[draft.stream] = after(before, entry, folds)
    return Plan(rows=tuple(rows), folded=folded, frontier=frontier)


def after(before: Folded | None, entry: Entry, folds: Mapping[str, AnyFold]) -> Folded:
    """A stream's fold after one more entry; an unreadable entry leaves the state as it was."""
    prefix = prefix_of(entry.stream)
    fold = folds.get(prefix)
    if fold is None:
        return Folded(
            stream=entry.stream,
            prefix=prefix,
            revision=entry.revision,
            wake_at=None,
            open=False,
            readable=True,
            state=None,
        )
    state = before.state if before else fold.initial(entry.stream)
    readable = (before is None or before.readable) and not isinstance(entry.body, Unreadable)
    if readable:
        state = fold.evolve(state, entry)
    return Folded(
        stream=entry.stream,
        prefix=prefix,
        revision=entry.revision,
        wake_at=state.wake_at,
        open=state.open,
        readable=readable,
        state=state,
    )


def state_bytes(folded: Folded) -> bytes:
    """The state as it is stored."""
    return encoded(folded.state) if folded.state is not None else b""
