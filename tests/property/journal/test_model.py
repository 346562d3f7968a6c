"""Every journal against a model that is too simple to be wrong: a list, folded anew each time."""

import asyncio
import math
import tempfile
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.journal.conftest import NOON
from tests.contract.journal.store import Handle, MemoryStore, SqlStore
from tests.contract.journal.tally import (
    AGENT,
    FOLDS,
    Added,
    Begun,
    Ended,
    FoldRefused,
    Tally,
    evolve,
)
from tests.rfc6962 import tree_hash
from watchkeeper.adapters.sql.rebuild import rebuild
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.entry import Body, Draft, Entry
from watchkeeper.domain.record import NotFinite, record_of
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import CursorAhead, CursorMove

FOLDED = ("tally", "tally/a", "tally/ab", "tallyho/a")
STREAMS = (*FOLDED, "unheard/a")
REFUSALS = (StaleRevision, CursorAhead, FoldRefused, NotFinite)

misses = st.sampled_from([0, 0, 0, 0, -1, 1])  # mostly the writer has seen what is there
bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(Begun, wake_at=st.none() | st.datetimes(timezones=st.just(UTC))),
    st.builds(Added, amount=st.integers(0, 2**53), weight=st.none() | st.floats(0, 1e300)),
    st.builds(Added, amount=st.integers(-1, 3), weight=st.floats()),
    st.builds(Ended),
)


@dataclass(frozen=True)
class Move:
    """An append to come: what is said where, and by how much each expectation misses."""

    drafts: tuple[tuple[str, Body, int | None], ...]
    cursor: tuple[int, int] | None  # how far to go on, and by how much what was seen misses


moves = st.builds(
    Move,
    drafts=st.lists(
        st.tuples(st.sampled_from(STREAMS), bodies, st.none() | misses), max_size=4
    ).map(tuple),
    cursor=st.none() | st.tuples(st.integers(-1, 4), misses),
)


@dataclass
class Model:
    """What a journal should be: everything that was said, and how far a consumer has seen."""

    said: list[tuple[str, Body]] = field(default_factory=list)
    seen: int = 0

    def revision(self, stream: str) -> int:
        return sum(name == stream for name, _ in self.said)

    def take(self, move: Move) -> bool:
        """Whether the journal should take it."""
        after = Model(said=list(self.said), seen=self.seen)
        if move.cursor:
            on, miss = move.cursor
            if miss or on < 0 or self.seen + on > len(self.said):
                return False
            after.seen += on
        for stream, body, missed in move.drafts:
            if missed or not after.bears(stream, body):
                return False
            after.said.append((stream, body))
        if not all(after.finite(stream) for stream, _, _ in move.drafts):
            return False
        self.said, self.seen = after.said, after.seen
        return True

    def bears(self, stream: str, body: Body) -> bool:
        if not isinstance(body, Added):
            return True
        finite = body.weight is None or math.isfinite(body.weight)
        return finite and (body.amount >= 0 or stream not in FOLDED)

    def finite(self, stream: str) -> bool:
        return stream not in FOLDED or math.isfinite(self.state(stream).weight)

    def state(self, stream: str) -> Tally:
        state = Tally()
        for position, (name, body) in enumerate(self.said, start=1):
            if name == stream:
                state = evolve(state, _entry(position, stream, 1, body))
        return state


def _entry(position: int, stream: str, revision: int, body: Body) -> Entry:
    return Entry(
        position=position,
        stream=stream,
        revision=revision,
        at=NOON,
        actor=AGENT,
        cause=None,
        body=body,
    )


async def made(journal: Handle, model: Model, move: Move) -> bool:
    """Whether the journal took it."""
    counted: dict[str, int] = {}
    drafts: list[Draft] = []
    for stream, body, miss in move.drafts:
        stands = model.revision(stream) + counted.get(stream, 0)
        counted[stream] = counted.get(stream, 0) + 1
        expected = None if miss is None else stands + miss
        drafts.append(Draft(stream=stream, body=body, expected=expected))
    cursor = None
    if move.cursor:
        on, miss = move.cursor
        cursor = CursorMove(name="router", position=model.seen + on, seen=model.seen + miss)
    try:
        await journal.append(AGENT, drafts, cursor=cursor)
    except REFUSALS:
        return False
    return True


async def compared(journal: Handle, model: Model) -> None:
    """Everything that can be asked, against the model."""
    entries = await journal.entries()
    counted = [model.said[: n + 1] for n in range(len(model.said))]
    assert list(entries) == [
        _entry(n, stream, sum(name == stream for name, _ in so_far), body)
        for n, ((stream, body), so_far) in enumerate(zip(model.said, counted, strict=True), 1)
    ]
    assert (await journal.head()).size == len(entries)
    assert (await journal.head()).root == tree_hash([record_of(entry) for entry in entries])
    assert await journal.cursor("router") == model.seen
    there = {stream for stream, _ in model.said}
    states = {stream: model.state(stream) for stream in there if stream in FOLDED}
    for stream in STREAMS:
        held = await journal.held(stream)
        assert (held is not None) == (stream in there)
        if held is not None:
            assert (held.state, held.revision) == (states.get(stream), model.revision(stream))
    wakes = [s.wake_at for s in states.values() if s.open and s.wake_at is not None]
    assert await journal.next_wake() == min(wakes, default=None)
    due = [name for name, s in states.items() if s.open and s.wake_at and s.wake_at <= NOON]
    assert sorted(await journal.due(NOON)) == sorted(due)
    assert [held.stream for held in await journal.open_streams("tally")] == sorted(
        name for name, s in states.items() if s.open and name.partition("/")[0] == "tally"
    )


async def told(all_moves: list[Move], folder: Path) -> None:
    clock = ManualClock(NOON)
    on_disk = SqlStore(folder, clock, threads=0)
    for store in (MemoryStore(clock), on_disk):
        model, journal = Model(), store.handle()
        for move in all_moves:
            took = await made(journal, model, move)
            assert took == model.take(move)
            if not took:
                journal = store.handle()  # what was refused leaves nothing behind, in nobody
        await compared(journal, model)
        await compared(store.handle(), model)
        await store.close()
    report = verify(folder)
    assert (report.faults, report.notes) == ((), ())
    assert rebuild(folder, FOLDS) == ()


@settings(deadline=None, max_examples=60)
@given(st.lists(moves, max_size=8))
def test_a_journal_is_what_was_said_to_it(all_moves: list[Move]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(told(all_moves, Path(folder)))
