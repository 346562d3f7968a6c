"""The bell: whoever waits for news hears of it at once, and looks up now and then in any case."""

import asyncio

import pytest

from tests.contract.journal.store import Handle, Store
from tests.contract.journal.tally import AGENT, added
from watchkeeper.ports.errors import JournalClosed

SOON = 0.5  # well below the floor of a second, well above a busy machine's hiccup


async def test_what_is_there_already_is_no_news_to_wait_for(journal: Handle) -> None:
    await journal.append(AGENT, (added("tally/a"),))
    await asyncio.wait_for(journal.changed(after=0), SOON)


async def test_an_append_rings_for_everyone_who_waits(journal: Handle) -> None:
    waiting = [asyncio.create_task(journal.changed(after=0)) for _ in range(3)]
    done, _ = await asyncio.wait(waiting, timeout=0.05)
    assert not done, "there is no news yet"
    await journal.append(AGENT, (added("tally/a"),))
    await asyncio.wait_for(asyncio.gather(*waiting), SOON)


async def test_another_workers_append_is_seen_by_the_next_look(
    store: Store, short_poll: float
) -> None:
    one, other = store.handle(), store.handle()
    waiting = asyncio.create_task(one.changed(after=0))
    await asyncio.sleep(0)
    await other.append(AGENT, (added("tally/a"),))
    await asyncio.wait_for(waiting, 10 * short_poll)
    assert (await one.head()).size == 1


async def test_without_news_it_returns_after_a_while(journal: Handle, short_poll: float) -> None:
    began = asyncio.get_running_loop().time()
    await asyncio.wait_for(journal.changed(after=0), 20 * short_poll)
    assert asyncio.get_running_loop().time() - began >= 0.8 * short_poll
    assert (await journal.head()).size == 0


async def test_who_gives_up_waiting_leaves_nothing_behind(journal: Handle) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(journal.changed(after=0), 0.01)
    await journal.append(AGENT, (added("tally/a"),))
    await asyncio.sleep(0.01)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert others == set()


@pytest.mark.parametrize("how", ["close", "fence"])
async def test_a_journal_that_ends_lets_nobody_wait(
    journal: Handle, short_poll: float, how: str
) -> None:
    waiting = asyncio.create_task(journal.changed(after=0))
    await asyncio.sleep(short_poll / 5)
    if how == "close":
        await journal.close()
    else:
        journal.fence()
    with pytest.raises(JournalClosed):
        await asyncio.wait_for(waiting, 20 * short_poll)
