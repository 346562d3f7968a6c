"""What every journal keeps to when something is appended."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from tests.contract.journal.conftest import NOON
from tests.contract.journal.store import Handle, MemoryStore, Store
from tests.contract.journal.tally import (
    AGENT,
    ALICE,
    SOURCE,
    SYSTEM,
    Added,
    FoldRefused,
    Vouched,
    added,
    begun,
    ended,
)
from tests.rfc6962 import tree_hash
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.blob import sealed
from watchkeeper.domain.entry import Actor, Draft
from watchkeeper.domain.record import NotFinite, RecordDamaged, record_of
from watchkeeper.ports.errors import JournalFailed, MayNotSay, StaleRevision
from watchkeeper.ports.journal import CursorMove


async def test_positions_count_entries_and_revisions_count_within_a_stream(
    journal: Handle,
) -> None:
    first = await journal.append(AGENT, (begun("tally/a"), begun("tally/b"), added("tally/a")))
    second = await journal.append(AGENT, (added("tally/b"),))
    told = [(entry.position, entry.stream, entry.revision) for entry in (*first, *second)]
    assert told == [(1, "tally/a", 1), (2, "tally/b", 1), (3, "tally/a", 2), (4, "tally/b", 2)]
    assert await journal.entries() == (*first, *second)
    assert (await journal.head()).size == 4


async def test_many_at_once_leave_no_gap_and_each_is_told_its_own(journal: Handle) -> None:
    drafts = [added(f"tally/{n % 7}", amount=n) for n in range(60)]
    told = await asyncio.gather(*(journal.append(AGENT, (draft,)) for draft in drafts))
    assert [[entry.body for entry in each] for each in told] == [[draft.body] for draft in drafts]
    entries = await journal.entries()
    assert [entry.position for entry in entries] == list(range(1, 61))
    assert sorted((entry for [entry] in told), key=lambda entry: entry.position) == list(entries)
    for stream in {draft.stream for draft in drafts}:
        revisions = [entry.revision for entry in entries if entry.stream == stream]
        assert revisions == list(range(1, len(revisions) + 1))


async def test_an_entry_says_who_said_what_when_and_why(
    journal: Handle, clock: ManualClock
) -> None:
    await journal.append(AGENT, (begun("tally/a"),))
    clock.advance(timedelta(microseconds=1))
    draft = Draft(stream="tally/a", body=Added(amount=3, weight=0.1), cause=1)
    [entry] = await journal.append(SOURCE, (draft,))
    assert (entry.actor, entry.cause, entry.body) == (SOURCE, 1, draft.body)
    assert entry.at == NOON + timedelta(microseconds=1)
    assert (await journal.entries(after=1)) == (entry,)


async def test_entries_are_read_in_pages_of_all_streams_or_one(journal: Handle) -> None:
    drafts = [added(f"tally/{n % 2}", amount=n) for n in range(10)]
    entries = await journal.append(AGENT, drafts)
    assert await journal.entries(after=3, limit=4) == entries[3:7]
    assert await journal.entries(after=10) == ()
    odd = tuple(entry for entry in entries if entry.stream == "tally/1")
    assert await journal.entries(stream="tally/1") == odd
    assert await journal.entries(after=odd[1].position, limit=2, stream="tally/1") == odd[2:4]
    assert await journal.entries(stream="tally/2") == ()


async def test_an_append_is_whole_or_not_at_all(journal: Handle) -> None:
    await journal.append(AGENT, (begun("tally/a"),))
    before = await journal.head()
    text = sealed("what was seen", b"salt")
    with pytest.raises(StaleRevision):
        await journal.append(
            AGENT,
            (begun("tally/new"), added("tally/a", expected=7)),
            blobs=(text,),
            cursor=CursorMove(name="router", position=1, seen=0),
        )
    assert await journal.head() == before
    assert await journal.held("tally/new") is None
    assert await journal.blob(text.digest) is None
    assert await journal.cursor("router") == 0
    [entry] = await journal.append(AGENT, (added("tally/a", expected=1),))
    assert entry.position == 2


async def test_one_that_is_refused_leaves_no_gap_among_many(journal: Handle) -> None:
    drafts = [added("tally/a", expected=9 if n % 3 == 1 else None, amount=n) for n in range(12)]
    told = await asyncio.gather(
        *(journal.append(AGENT, (draft,)) for draft in drafts), return_exceptions=True
    )
    refused = [n for n, outcome in enumerate(told) if isinstance(outcome, BaseException)]
    assert refused == [1, 4, 7, 10]
    assert all(isinstance(told[n], StaleRevision) for n in refused)
    assert [entry.position for entry in await journal.entries()] == list(range(1, 9))


@pytest.mark.parametrize("expected", [0, 1, 3, 4])
async def test_a_stream_that_stands_elsewhere_refuses(journal: Handle, expected: int) -> None:
    await journal.append(AGENT, (begun("tally/a"), added("tally/a")))
    with pytest.raises(StaleRevision, match="tally/a"):
        await journal.append(AGENT, (added("tally/a", expected=expected),))
    assert (await journal.head()).size == 2


async def test_a_stream_that_stands_as_expected_takes_it(journal: Handle) -> None:
    await journal.append(AGENT, (begun("tally/a", expected=0),))
    await journal.append(AGENT, (added("tally/a", expected=1), added("tally/a", expected=2)))
    await journal.append(AGENT, (added("tally/a"),))
    with pytest.raises(StaleRevision):
        await journal.append(AGENT, (begun("tally/b", expected=1),))
    assert (await journal.head()).size == 4


async def test_of_two_workers_who_saw_the_same_one_is_too_late(store: Store) -> None:
    one, other = store.handle(), store.handle()
    await one.append(AGENT, (begun("tally/a"),))
    seen = [await worker.held("tally/a") for worker in (one, other)]
    drafts = [
        added("tally/a", amount=n, expected=held.revision) for n, held in enumerate(seen) if held
    ]
    told = await asyncio.gather(
        one.append(AGENT, drafts[:1]), other.append(AGENT, drafts[1:]), return_exceptions=True
    )
    assert sorted(isinstance(outcome, StaleRevision) for outcome in told) == [False, True]
    assert len(await one.entries(stream="tally/a")) == 2


async def test_workers_take_turns_and_each_sees_what_the_other_wrote(store: Store) -> None:
    one, other = store.handle(), store.handle()
    for revision in range(6):
        worker = (one, other)[revision % 2]
        [entry] = await worker.append(AGENT, (added("tally/a", amount=2, expected=revision),))
        assert entry.position == revision + 1
    for worker in (one, other):
        held = await worker.held("tally/a")
        assert held is not None and held.state.total == 12
        assert await worker.head() == await one.head()


@pytest.mark.parametrize("actor", [AGENT, SOURCE, SYSTEM], ids=str)
async def test_what_only_a_person_may_say_is_refused_from_others(
    journal: Handle, actor: Actor
) -> None:
    with pytest.raises(MayNotSay, match=r"tally\.vouched"):
        await journal.append(actor, (begun("tally/a"), Draft(stream="tally/a", body=Vouched())))
    assert (await journal.head()).size == 0


async def test_what_only_a_person_may_say_is_heard_from_one(journal: Handle) -> None:
    await journal.append(ALICE, (begun("tally/a"), Draft(stream="tally/a", body=Vouched())))
    held = await journal.held("tally/a")
    assert held is not None and held.state.vouched_by == "person:alice"


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), float("-inf")])
async def test_what_a_record_cannot_say_is_refused(journal: Handle, weight: float) -> None:
    bad = Draft(stream="tally/a", body=Added(amount=1, weight=weight))
    with pytest.raises(NotFinite):
        await journal.append(AGENT, (begun("tally/a"), bad))
    assert (await journal.head()).size == 0


async def test_a_body_that_is_not_what_its_type_declares_is_refused(journal: Handle) -> None:
    bad = Draft(stream="tally/a", body=Added(amount=cast(int, "three")))
    with pytest.raises(RecordDamaged):
        await journal.append(AGENT, (bad,))
    assert (await journal.head()).size == 0


async def test_what_the_fold_cannot_bear_is_refused_and_the_next_goes_through(
    journal: Handle,
) -> None:
    told = await asyncio.gather(
        journal.append(AGENT, (added("tally/a", amount=1),)),
        journal.append(AGENT, (added("tally/a", amount=-1),)),
        journal.append(AGENT, (added("tally/a", amount=2),)),
        return_exceptions=True,
    )
    assert isinstance(told[1], FoldRefused | JournalFailed)  # over a wire it has no other name
    assert [entry.body for entry in await journal.entries()] == [Added(amount=1), Added(amount=2)]


async def test_nothing_appended_is_nothing_written(journal: Handle) -> None:
    before = await journal.head()
    assert await journal.append(AGENT, ()) == ()
    assert await journal.head() == before


async def test_the_head_is_the_tree_hash_over_every_record(journal: Handle) -> None:
    assert (await journal.head()).root == tree_hash([])
    for number in range(1, 14):
        await journal.append(AGENT, (added("tally/a", amount=number),))
        records = [record_of(entry) for entry in await journal.entries()]
        assert (await journal.head()).root == tree_hash(records)


async def test_two_journals_that_were_told_the_same_have_the_same_head(
    store: Store, clock: ManualClock
) -> None:
    drafts = (begun("tally/a"), added("tally/a", 3), ended("tally/a"))
    journal, other = store.handle(), MemoryStore(clock).handle()
    for draft in drafts:
        await journal.append(AGENT, (draft,))
    await other.append(AGENT, drafts)
    assert await journal.head() == await other.head()
    changed = replace(drafts[1], body=Added(amount=4))
    third = MemoryStore(clock).handle()
    await third.append(AGENT, (drafts[0], changed, drafts[2]))
    assert await journal.head() != await third.head()


async def test_a_state_that_cannot_be_kept_is_refused_and_the_next_goes_through(
    journal: Handle,
) -> None:
    """Each number was finite; their sum is not."""
    huge = Draft(stream="tally/a", body=Added(amount=1, weight=1.5e308))
    await journal.append(AGENT, (huge,))
    told = await asyncio.gather(
        journal.append(AGENT, (added("tally/b"),)),
        journal.append(AGENT, (huge,)),
        journal.append(AGENT, (added("tally/a"),)),
        return_exceptions=True,
    )
    assert isinstance(told[1], NotFinite)
    entries = await journal.entries()
    assert [entry.stream for entry in entries] == ["tally/a", "tally/b", "tally/a"]
    held = await journal.held("tally/a")
    assert held is not None and (held.state.total, held.state.weight) == (2, 1.5e308)
