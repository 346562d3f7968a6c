"""How a journal handle ends: closed, cut off, or left by a caller who no longer waits."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.contract.journal.conftest import NOON
from tests.contract.journal.store import Handle, RemoteStore, Store
from tests.contract.journal.tally import AGENT, added
from watchkeeper.ports.errors import JournalClosed

PATIENCE = 10  # seconds until somebody who is told nothing is said to hang

CALLS: dict[str, Callable[[Handle], Awaitable[object]]] = {
    "append": lambda journal: journal.append(AGENT, (added("tally/a"),)),
    "entries": lambda journal: journal.entries(),
    "held": lambda journal: journal.held("tally/a"),
    "open_streams": lambda journal: journal.open_streams("tally"),
    "all_streams": lambda journal: journal.all_streams("tally"),
    "due": lambda journal: journal.due(NOON),
    "next_wake": lambda journal: journal.next_wake(),
    "cursor": lambda journal: journal.cursor("router"),
    "blob": lambda journal: journal.blob("digest"),
    "head": lambda journal: journal.head(),
    "claim": lambda journal: journal.claim("tally/a", "one", 60),
    "changed": lambda journal: journal.changed(0),
}


async def ended(journal: Handle, how: str) -> None:
    if how == "close":
        await journal.close()
    else:
        journal.fence()


@pytest.mark.parametrize("how", ["close", "fence"])
async def test_what_has_ended_refuses_everything_and_harms_no_other(store: Store, how: str) -> None:
    journal, other = store.handle(), store.handle()
    await journal.append(AGENT, (added("tally/a"),))
    await ended(journal, how)
    for name, call in CALLS.items():
        with pytest.raises(JournalClosed):
            await call(journal)
            pytest.fail(f"{name} is not refused")
    await ended(journal, how)
    await other.append(AGENT, (added("tally/a", expected=1),))
    assert (await other.head()).size == 2


async def test_what_waits_is_written_before_it_closes(store: Store) -> None:
    journal = store.handle()
    waiting = [
        asyncio.create_task(journal.append(AGENT, (added("tally/a", amount=n),))) for n in range(20)
    ]
    await asyncio.sleep(0)
    await journal.close()
    told = await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)
    assert await store.handle().entries() == tuple(entry for [entry] in told)


async def test_after_a_cut_everyone_is_told_and_only_what_was_told_is_there(
    store: Store,
) -> None:
    journal = store.handle()
    await journal.append(AGENT, (added("tally/a", amount=0),))
    waiting = [
        asyncio.create_task(journal.append(AGENT, (added("tally/a", amount=n),)))
        for n in range(1, 200)
    ]
    await asyncio.sleep(0)
    journal.fence()
    told = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), PATIENCE)
    written = [each for each in told if not isinstance(each, BaseException)]
    refused = [each for each in told if isinstance(each, BaseException)]
    assert all(isinstance(each, JournalClosed) for each in refused)
    entries = await store.handle().entries()
    kept = tuple(entry for [entry] in written)
    if isinstance(store, RemoteStore):  # what was under way may have been written untold
        assert set(kept) <= set(entries[1:])
    else:
        assert entries[1:] == kept


async def test_a_caller_who_leaves_takes_nobody_along(store: Store) -> None:
    """It may find its entry written or not; the others' are, and no position is missing."""
    journal = store.handle()
    waiting = [
        asyncio.create_task(journal.append(AGENT, (added("tally/a", amount=n),))) for n in range(30)
    ]
    await asyncio.sleep(0)
    for task in waiting[::3]:
        task.cancel()
    told = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), PATIENCE)
    kept = [each for each in told if not isinstance(each, BaseException)]
    assert len(kept) >= 20
    entries = await journal.entries()
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry for [entry] in kept} <= set(entries)
    [last] = await journal.append(AGENT, (added("tally/a", expected=len(entries)),))
    assert last.position == len(entries) + 1
