"""What an append does, as arithmetic: positions, revisions, leaves, folds; for every store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchkeeper.domain.entry import Actor, ActorKind, AnyFold, Draft, Entry, Unreadable, prefix_of
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.record import encoded, entry_of, record_of


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

    ``look`` gives a stream's fold as it is now. Raises StaleRevision, NotAPerson, NotFinite, and
    RecordDamaged when a body does not hold what its type declares.
    """
    rows: list[Row] = []
    folded: dict[str, Folded] = {}
    for draft in drafts:
        _may_say(actor, draft)
        before = folded.get(draft.stream) or look(draft.stream)
        revision = before.revision if before else 0
        if draft.expected is not None and draft.expected != revision:
            raise StaleRevision(f"{draft.stream} is at {revision}, not {draft.expected}")
        said = Entry(
            position=frontier.size + len(rows) + 1,
            stream=draft.stream,
            revision=revision + 1,
            at=at,
            actor=actor,
            cause=draft.cause,
            body=draft.body,
        )
        record = record_of(said)
        entry = entry_of(record)  # what is folded is what is kept, so a rebuild folds the same
        rows.append(
            Row(
                entry=entry,
                kind=draft.body.kind,
                schema=draft.body.schema,
                record=record,
                leaf=leaf_hash(record),
            )
        )
        folded[draft.stream] = after(before, entry, folds)
    frontier = frontier.extended(row.leaf for row in rows)
    return Plan(rows=tuple(rows), folded=folded, frontier=frontier)


def _may_say(actor: Actor, draft: Draft) -> None:
    if draft.body.person_only and actor.kind is not ActorKind.PERSON:
        raise NotAPerson(f"{draft.body.kind} may only be said by a person, not by {actor}")


def after(before: Folded | None, entry: Entry, folds: Mapping[str, AnyFold]) -> Folded:
    """A stream's fold after one more entry; from an unreadable entry on the state stays as it was.

    A stream whose prefix has no fold has no state and is never open.
    """
    prefix = prefix_of(entry.stream)
    fold = folds.get(prefix)
    readable = (before is None or before.readable) and not isinstance(entry.body, Unreadable)
    state = None
    if fold is not None:
        state = before.state if before else fold.initial(entry.stream)
        state = fold.evolve(state, entry) if readable else state
    return Folded(
        stream=entry.stream,
        prefix=prefix,
        revision=entry.revision,
        wake_at=state.wake_at if state is not None else None,
        open=state is not None and state.open,
        readable=readable,
        state=state,
    )


def state_bytes(folded: Folded) -> bytes:
    """The state as it is stored."""
    return encoded(folded.state) if folded.state is not None else b""
