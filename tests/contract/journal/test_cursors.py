"""A consumer's place moves in the same commit as what follows from it, or not at all."""

import asyncio

import pytest

from tests.contract.journal.store import Handle, Store
from tests.contract.journal.tally import AGENT, added, begun
from watchkeeper.domain.entry import Entry
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import CursorAhead, CursorMove


def moved(seen: int, position: int) -> CursorMove:
    return CursorMove(name="router", position=position, seen=seen)


async def filled(journal: Handle, entries: int = 5) -> None:
    await journal.append(AGENT, [added("tally/a", amount=n) for n in range(entries)])


async def test_whoever_never_came_has_seen_nothing(journal: Handle) -> None:
    await filled(journal)
    assert await journal.cursor("router") == 0


async def test_a_cursor_moves_with_what_follows_from_it(journal: Handle) -> None:
    await filled(journal)
    [entry] = await journal.append(AGENT, (begun("tally/b"),), cursor=moved(0, 3))
    assert (await journal.cursor("router"), entry.position) == (3, 6)
    assert await journal.append(AGENT, (), cursor=moved(3, 5)) == ()
    assert await journal.cursor("router") == 5
    assert await journal.cursor("another") == 0


async def test_a_cursor_outlives_its_worker(store: Store) -> None:
    journal = store.handle()
    await filled(journal)
    await journal.append(AGENT, (), cursor=moved(0, 4))
    await journal.close()
    assert await store.handle().cursor("router") == 4


@pytest.mark.parametrize("seen", [0, 2, 4])
async def test_another_worker_was_faster(journal: Handle, seen: int) -> None:
    await filled(journal)
    await journal.append(AGENT, (), cursor=moved(0, 3))
    with pytest.raises(StaleRevision, match="router"):
        await journal.append(AGENT, (begun("tally/b"),), cursor=moved(seen, 5))
    assert await journal.cursor("router") == 3
    assert await journal.held("tally/b") is None


async def test_a_cursor_never_goes_back(journal: Handle) -> None:
    await filled(journal)
    await journal.append(AGENT, (), cursor=moved(0, 3))
    with pytest.raises(StaleRevision):
        await journal.append(AGENT, (), cursor=moved(3, 2))
    assert await journal.cursor("router") == 3


async def test_nobody_has_seen_what_is_not_there(journal: Handle) -> None:
    await filled(journal, entries=5)
    for drafts in ((), (begun("tally/b"),)):  # its own entries are not there either
        with pytest.raises(CursorAhead):
            await journal.append(AGENT, drafts, cursor=moved(0, 6))
    assert (await journal.head()).size == 5
    await journal.append(AGENT, (), cursor=moved(0, 5))


async def test_of_two_who_saw_the_same_one_writes(store: Store) -> None:
    one, other = store.handle(), store.handle()
    await filled(one)
    for workers in ((one, one), (one, other)):
        stands = await one.cursor("router")
        before = (await one.head()).size
        told = await asyncio.gather(
            *(
                worker.append(AGENT, (added("tally/b"),), cursor=moved(stands, stands + 1))
                for worker in workers
            ),
            return_exceptions=True,
        )
        assert sorted(isinstance(outcome, StaleRevision) for outcome in told) == [False, True]
        assert (await one.head()).size == before + 1
        assert await other.cursor("router") == stands + 1


async def test_a_consumer_sees_every_entry_once_and_in_order(store: Store) -> None:
    """While two workers write, a third follows."""
    one, other, consumer = (store.handle() for _ in range(3))
    writing = asyncio.gather(
        *((one, other)[n % 2].append(AGENT, (added(f"tally/{n}"),)) for n in range(40))
    )
    seen: list[Entry] = []
    stands = 0
    while stands < 40:
        page = await consumer.entries(after=stands, limit=7)
        seen += page
        if page:
            await consumer.append(AGENT, (), cursor=moved(stands, page[-1].position))
            stands = await consumer.cursor("router")
        await asyncio.sleep(0)
    told = [entry for [entry] in await writing]
    assert [entry.position for entry in seen] == list(range(1, 41))
    assert seen == sorted(told, key=lambda entry: entry.position)
