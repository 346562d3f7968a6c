"""What an append comes to, as arithmetic."""

from collections.abc import Mapping

import pytest

from tests.contract.journal.tally import (
    AGENT,
    FOLDS,
    SYSTEM,
    Added,
    Ended,
    FoldRefused,
    Tally,
    Vouched,
    added,
    begun,
    evolve,
)
from tests.unit.domain.test_record import NOON
from watchkeeper.domain.appending import Folded, Plan, after, planned, state_bytes
from watchkeeper.domain.entry import Actor, Draft, Entry, Unreadable
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.record import NotFinite, entry_of
from watchkeeper.ports.errors import MayNotSay, StaleRevision

BY_PREFIX = {fold.prefix: fold for fold in FOLDS}
OLD = Folded(stream="tally/a", revision=4, readable=True, state=Tally(total=10, open=True))
BEFORE = Frontier().extended([leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")])


def plan(*drafts: Draft, actor: Actor = AGENT, there: Mapping[str, Folded] | None = None) -> Plan:
    look = (there or {OLD.stream: OLD}).get
    return planned(actor, drafts, at=NOON, frontier=BEFORE, look=look, folds=BY_PREFIX)


def test_positions_go_on_from_the_tree_and_revisions_from_the_stream() -> None:
    made = plan(added("tally/a"), begun("tally/b"), added("tally/a"))
    told = [(row.entry.position, row.entry.stream, row.entry.revision) for row in made.rows]
    assert told == [(4, "tally/a", 5), (5, "tally/b", 1), (6, "tally/a", 6)]
    assert made.frontier == BEFORE.extended(row.leaf for row in made.rows)
    assert BEFORE.size == 3


def test_a_row_is_the_record_and_its_leaf() -> None:
    [row] = plan(added("tally/a", amount=7)).rows
    assert entry_of(row.record) == row.entry
    assert row.leaf == leaf_hash(row.record)
    assert (row.entry.at, row.entry.actor) == (NOON, AGENT)


def test_each_stream_is_folded_to_the_end_once() -> None:
    made = plan(added("tally/a", 1), begun("tally/b", NOON), added("tally/a", 2))
    assert made.folded == {
        "tally/a": Folded(
            stream="tally/a", revision=6, readable=True, state=Tally(total=13, open=True)
        ),
        "tally/b": Folded(
            stream="tally/b", revision=1, readable=True, state=Tally(wake_at=NOON, open=True)
        ),
    }
    assert made.states == {name: state_bytes(fold) for name, fold in made.folded.items()}
    assert (made.folded["tally/b"].open, made.folded["tally/b"].wake_at) == (True, NOON)


def test_what_is_folded_is_what_will_be_read() -> None:
    """Else a rebuild would find other states than those that were kept."""
    made = plan(Draft(stream="tally/a", body=Added(amount=1, weight=3)))
    [row] = made.rows
    folded = after(OLD, entry_of(row.record), BY_PREFIX)
    assert state_bytes(folded) == made.states["tally/a"]


def test_a_stream_that_nobody_folds_has_no_state() -> None:
    made = plan(begun("unheard/a", NOON))
    [folded] = made.folded.values()
    assert (folded.state, folded.open, folded.wake_at) == (None, False, None)
    assert made.states == {"unheard/a": b""}


@pytest.mark.parametrize("expected", [0, 3, 5])
def test_a_stream_that_stands_elsewhere_refuses(expected: int) -> None:
    with pytest.raises(StaleRevision, match=f"tally/a is at 4, not {expected}"):
        plan(added("tally/a", expected=expected))


def test_drafts_of_one_append_expect_what_stands_before_them() -> None:
    made = plan(added("tally/a", expected=4), added("tally/a", expected=5))
    assert [row.entry.revision for row in made.rows] == [5, 6]
    with pytest.raises(StaleRevision):
        plan(added("tally/a", expected=4), added("tally/a", expected=4))


def test_only_a_person_says_what_only_a_person_may() -> None:
    with pytest.raises(MayNotSay, match="system:engine"):
        plan(Draft(stream="tally/a", body=Vouched()), actor=SYSTEM)


def test_what_a_fold_refuses_and_what_cannot_be_stored_is_not_appended() -> None:
    with pytest.raises(FoldRefused):
        plan(added("tally/a", amount=-1))
    huge = Draft(stream="tally/a", body=Added(amount=1, weight=1e308))
    with pytest.raises(NotFinite, match="Tally"):
        plan(huge, huge)


def entry(revision: int, body: Added | Ended | Unreadable) -> Entry:
    return Entry(
        position=revision,
        stream="tally/a",
        revision=revision,
        at=NOON,
        actor=AGENT,
        cause=None,
        body=body,
    )


def test_from_an_unreadable_entry_on_the_state_stays_as_it_was() -> None:
    unreadable = after(OLD, entry(5, Unreadable(kind="tally.new", schema=1)), BY_PREFIX)
    again = after(unreadable, entry(6, Added(amount=5)), BY_PREFIX)
    assert (unreadable.readable, again.readable) == (False, False)
    assert (unreadable.state, again.state) == (OLD.state, OLD.state)
    assert (unreadable.revision, again.revision) == (5, 6)


def test_a_stream_begins_with_its_initial_state() -> None:
    first = after(None, entry(1, Ended()), BY_PREFIX)
    assert first.state == evolve(Tally(), entry(1, Ended()))
    only = after(None, entry(1, Unreadable(kind="tally.new", schema=1)), BY_PREFIX)
    assert (only.state, only.readable) == (Tally(), False)
