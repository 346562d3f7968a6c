"""Walking rows one by one; where a row is not what it should be, the walk goes on."""

import pytest

from tests.unit.adapters.sql.watch_book import AGENT, NOON, raised, resolved
from watchkeeper.adapters.sql.walk import MOST_FAULTS, Found, Walk
from watchkeeper.domain.appending import planned
from watchkeeper.domain.audit import Fault
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.merkle import Frontier, leaf_hash

DRAFTS: tuple[Draft, ...] = (raised(0), raised(1), resolved(0), raised(0))


def rows(drafts: tuple[Draft, ...] = DRAFTS) -> list[Found]:
    """As they come out of the file."""
    plan = planned(AGENT, drafts, at=NOON, frontier=Frontier(), look=lambda _: None, folds={})
    return [
        (
            row.entry.position,
            row.entry.stream.encode(),
            row.entry.revision,
            row.entry.body.kind.encode(),
            row.entry.body.schema,
            row.record,
            row.leaf,
        )
        for row in plan.rows
    ]


def tree_of(found: list[Found]) -> Frontier:
    return Frontier().extended(row[6] for row in found)


def walked(found: list[Found], heads: dict[int, set[bytes]] | None = None) -> Walk:
    walk = Walk(heads or {})
    for row in found:
        walk.see(row)
    return walk


def test_rows_that_are_as_they_should_be_add_up() -> None:
    found = rows()
    walk = walked(found, {2: {tree_of(found[:2]).root()}})
    assert (walk.entries, walk.expected, walk.faults, walk.whole) == (4, 5, [], True)
    assert walk.good_until == 2
    assert walk.trees() == [tree_of(found)]


def test_of_record_and_leaf_one_still_tells_the_truth() -> None:
    """Which of the two was altered is seen by the head that the other one makes."""
    found = rows()
    whole = tree_of(found)
    spoiled_record = [*found[:1], (*found[1][:5], b"{}", found[1][6]), *found[2:]]
    spoiled_leaf = [*found[:1], (*found[1][:6], b"\x00" * 32), *found[2:]]
    for spoiled in (spoiled_record, spoiled_leaf):
        walk = walked(spoiled, {4: {whole.root()}})
        assert [fault.position for fault in walk.faults] == [2]
        assert walk.good_until == 4, "the head agrees with one of the two"


def test_heads_that_contradict_each_other_agree_with_nothing() -> None:
    found = rows()
    walk = walked(found, {4: {tree_of(found).root(), b"another"}})
    assert walk.faults == [Fault(what="entries were rewritten with their leaves", between=(0, 4))]


def test_a_revision_out_of_order_is_told() -> None:
    """Somebody who rewrote record, leaf and columns alike."""
    found = rows()
    record = found[2][5].replace(b'"revision":2', b'"revision":7')
    found[2] = (3, found[2][1], 7, found[2][3], found[2][4], record, leaf_hash(record))
    told = [(fault.what, fault.position) for fault in walked(found).faults]
    assert told == [
        ("revision 7 of its stream is out of order", 3),
        ("revision 3 of its stream is out of order", 4),
    ]


def test_after_a_gap_revisions_are_not_blamed() -> None:
    found = rows()
    walk = walked([found[0], found[3]])
    assert walk.faults == [Fault(what="entries are missing", between=(1, 3))]
    assert not walk.whole


def test_an_entry_that_comes_again_is_out_of_place() -> None:
    found = rows()
    walk = walked([*found[:2], found[1], found[2]])
    assert walk.faults[0] == Fault(what="the entry is out of place", position=2)


@pytest.mark.parametrize("column", range(1, 7))
@pytest.mark.parametrize("value", [None, 7, 1.5, "text", b"bytes"])
def test_anything_may_lie_in_any_column(column: int, value: object) -> None:
    found = rows()
    spoiled = list(found[2])
    spoiled[column] = value
    walk = walked([*found[:2], tuple(spoiled), found[3]])
    assert [fault.position for fault in walk.faults] == [3]
    assert walk.entries == 4


def test_beyond_a_thousand_faults_nothing_more_is_learnt() -> None:
    walk = Walk({})
    for position in range(1, MOST_FAULTS + 50):
        walk.see((position, b"a", 1, b"a", 1, b"{}", b""))
    assert len(walk.faults) == MOST_FAULTS
    assert walk.entries == MOST_FAULTS + 49
