"""What an append does, as arithmetic: positions, revisions, leaves, folds; for every store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchkeeper.domain.entry import Actor, AnyFold, Draft, Entry, Unreadable, prefix_of
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.record import encoded, read_back, record_of


class StaleRevision(Exception):
    """Somebody else appended to this stream first: look again, then decide again."""


class MayNotSay(Exception):
    """Not everybody may say this: the journal takes it from its own speakers only."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry and the bytes by which it is kept."""

    entry: Entry
    record: bytes
    leaf: bytes


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A stream's cached fold as it is kept. ``state`` None: no fold is known for its prefix."""

    stream: str
    revision: int
    readable: bool
    state: Any

    @property
    def prefix(self) -> str:
        """What kind of stream it is."""
        return prefix_of(self.stream)

    @property
    def wake_at(self) -> datetime | None:
        """When the stream wants attention though nothing new was said; None: not by itself."""
        wake_at: datetime | None = self.state.wake_at if self.state is not None else None
        return wake_at

    @property
    def open(self) -> bool:
        """Whether anything may still happen; never where no fold is known."""
        return self.state is not None and self.state.open


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything one append writes."""

    rows: tuple[Row, ...]
    folded: Mapping[str, Folded]
    states: Mapping[str, bytes]  # each of ``folded`` as it is stored
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

    ``look`` gives a stream's fold as it is now. Raises StaleRevision, MayNotSay, NotFinite, and
    RecordDamaged when a body does not hold what its type declares. Whatever a fold raises is
    raised too: what cannot be folded, or whose state cannot be stored, is not appended.
    """
    rows: list[Row] = []
    folded: dict[str, Folded] = {}
    for draft in drafts:
        _may_say(actor, draft)
        before = folded.get(draft.stream) or look(draft.stream)
        revision = before.revision if before else 0
        if draft.expected is not None and draft.expected != revision:
            raise StaleRevision(f"{draft.stream} is at {revision}, not {draft.expected}")
        text, body = read_back(draft.body)  # folded as it is kept, so that a rebuild folds the same
        entry = Entry(
            position=frontier.size + len(rows) + 1,
            stream=draft.stream,
            revision=revision + 1,
            at=at,
            actor=actor,
            cause=draft.cause,
            body=body,
        )
        record = record_of(entry, text)
        rows.append(Row(entry=entry, record=record, leaf=leaf_hash(record)))
        folded[draft.stream] = after(before, entry, folds)
    return Plan(
        rows=tuple(rows),
        folded=folded,
        states={stream: state_bytes(fold) for stream, fold in folded.items()},
        frontier=frontier.extended(row.leaf for row in rows),
    )


def _may_say(actor: Actor, draft: Draft) -> None:
    speakers = draft.body.said_by
    if actor.kind not in speakers:
        allowed = " or ".join(sorted(speakers))
        raise MayNotSay(f"{draft.body.kind} may only be said by {allowed}, not by {actor}")


def after(before: Folded | None, entry: Entry, folds: Mapping[str, AnyFold]) -> Folded:
    """A stream's fold after one more entry; from an unreadable entry on the state stays as it was.

    A stream whose prefix has no fold has no state and is never open.
    """
    fold = folds.get(prefix_of(entry.stream))
    readable = (before is None or before.readable) and not isinstance(entry.body, Unreadable)
    state = None
    if fold is not None:
        state = before.state if before else fold.initial(entry.stream)
        state = fold.evolve(state, entry) if readable else state
    return Folded(stream=entry.stream, revision=entry.revision, readable=readable, state=state)


def state_bytes(folded: Folded) -> bytes:
    """The state as it is stored. Raises NotFinite."""
    return encoded(folded.state) if folded.state is not None else b""
