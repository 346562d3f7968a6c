"""What streams add up to, which of them are open, and which want attention."""

from datetime import timedelta

import pytest

from tests.contract.journal.conftest import NOON
from tests.contract.journal.store import Handle, Store
from tests.contract.journal.tally import (
    AGENT,
    AddedWithCare,
    Tally,
    Weighed,
    added,
    begun,
    ended,
)
from watchkeeper.domain.entry import Body, Draft, Unreadable
from watchkeeper.ports.journal import Held

MINUTE = timedelta(minutes=1)


def names(held: tuple[Held, ...]) -> list[str]:
    return [each.stream for each in held]


async def test_a_stream_in_which_nothing_was_said_is_nothing(journal: Handle) -> None:
    assert await journal.held("tally/a") is None


async def test_a_stream_is_held_as_its_entries_add_up(journal: Handle) -> None:
    drafts = (begun("tally/a", NOON), added("tally/a", 2), added("tally/b"), added("tally/a", 3))
    await journal.append(AGENT, drafts[:2])
    await journal.append(AGENT, drafts[2:])
    state = Tally(total=5, wake_at=NOON, open=True)
    assert await journal.held("tally/a") == Held(stream="tally/a", revision=3, state=state)


async def test_a_state_is_found_again_by_the_next_worker(store: Store) -> None:
    journal = store.handle()
    await journal.append(AGENT, (begun("tally/a", NOON), added("tally/a", 2)))
    held = await journal.held("tally/a")
    await journal.close()
    assert held == await store.handle().held("tally/a")


async def test_open_streams_of_a_prefix_come_by_name(journal: Handle) -> None:
    wanted = ["tally", "tally/a", "tally/b/c", "tally/z"]
    others = ["tallyho", "tallyho/a", "tall", "tally-ho/a"]
    await journal.append(AGENT, [begun(stream) for stream in (*reversed(wanted), *others)])
    assert names(await journal.open_streams("tally")) == wanted
    assert names(await journal.open_streams("tallyho")) == ["tallyho", "tallyho/a"]
    assert names(await journal.open_streams("tally-ho")) == ["tally-ho/a"]
    await journal.append(AGENT, (ended("tally/b/c"),))
    assert names(await journal.open_streams("tally")) == ["tally", "tally/a", "tally/z"]
    assert await journal.open_streams("nothing") == ()


async def test_all_streams_come_newest_name_first_and_no_more_than_asked_for(
    journal: Handle,
) -> None:
    await journal.append(AGENT, [begun(f"tally/{n}") for n in (2, 1, 3)])
    await journal.append(AGENT, (ended("tally/3"), begun("tallyho/4"), begun("tally-ho/5")))
    assert names(await journal.all_streams("tally")) == ["tally/3", "tally/2", "tally/1"]
    assert names(await journal.all_streams("tally", limit=2)) == ["tally/3", "tally/2"]
    [held, *_] = await journal.all_streams("tally")
    assert held == await journal.held("tally/3")


async def test_a_stream_that_nobody_folds_has_no_state_and_is_never_open(journal: Handle) -> None:
    await journal.append(AGENT, (begun("unheard/a", NOON), added("unheard/a")))
    held = Held(stream="unheard/a", revision=2, state=None)
    assert await journal.held("unheard/a") == held
    assert await journal.all_streams("unheard") == (held,)
    assert await journal.open_streams("unheard") == ()
    assert await journal.due(NOON) == ()


async def test_a_stream_is_due_when_its_time_has_come(journal: Handle) -> None:
    await journal.append(
        AGENT,
        (
            begun("tally/late", NOON + 2 * MINUTE),
            begun("tally/b", NOON + MINUTE),
            begun("tally/a", NOON + MINUTE),
            begun("tallyho/first", NOON),
            begun("tally/never"),
        ),
    )
    before = NOON + MINUTE - timedelta(microseconds=1)
    assert await journal.due(NOON - MINUTE) == ()
    assert await journal.due(before) == ("tallyho/first",)
    assert await journal.due(NOON + MINUTE) == ("tallyho/first", "tally/a", "tally/b")
    assert await journal.next_wake() == NOON


async def test_what_is_over_or_put_off_is_not_due(journal: Handle) -> None:
    await journal.append(AGENT, (begun("tally/a", NOON), begun("tally/b", NOON + MINUTE)))
    await journal.append(AGENT, (ended("tally/a"),))
    assert await journal.next_wake() == NOON + MINUTE
    await journal.append(AGENT, (begun("tally/b", NOON + 9 * MINUTE),))
    assert await journal.next_wake() == NOON + 9 * MINUTE
    assert await journal.due(NOON + 8 * MINUTE) == ()
    await journal.append(AGENT, (begun("tally/b"),))
    assert await journal.next_wake() is None
    assert await journal.due(NOON + 99 * MINUTE) == ()


NEWER = {"an unknown kind": Weighed(grams=7), "a newer schema": AddedWithCare(amount=7)}


@pytest.fixture(params=NEWER)
def newer(request: pytest.FixtureRequest) -> Body:
    return NEWER[request.param]


async def test_a_stream_with_something_newer_is_shown_and_left_alone(
    store: Store, newer: Body
) -> None:
    before = store.handle()
    await before.append(
        AGENT, (begun("tally/a", NOON), added("tally/a", 2), begun("tally/b", NOON))
    )
    await store.written_by_a_newer_program((Draft(stream="tally/a", body=newer),))
    for journal in (before, store.handle()):
        held = await journal.held("tally/a")
        state = Tally(total=2, wake_at=NOON, open=True)
        assert held == Held(stream="tally/a", revision=3, state=state, readable=False)
        assert await journal.due(NOON) == ("tally/b",)
        assert held in await journal.open_streams("tally")
        assert held in await journal.all_streams("tally")
        [*_, last] = await journal.entries(stream="tally/a")
        assert last.body == Unreadable(kind=newer.kind, schema=newer.schema)


async def test_what_can_be_read_again_after_it_does_not_bring_it_back(
    store: Store, newer: Body
) -> None:
    await store.written_by_a_newer_program(
        (begun("tally/a", NOON), Draft(stream="tally/a", body=newer))
    )
    journal = store.handle()
    [entry] = await journal.append(AGENT, (begun("tally/a", NOON + MINUTE, expected=2),))
    assert entry.revision == 3
    held = await journal.held("tally/a")
    assert held is not None and not held.readable
    assert held.state.wake_at == NOON, "the state stays as it was"
    assert await journal.next_wake() is None
    assert await journal.due(NOON + MINUTE) == ()


async def test_a_newer_first_entry_makes_a_stream_that_is_only_shown(
    store: Store, newer: Body
) -> None:
    await store.written_by_a_newer_program((Draft(stream="tally/a", body=newer),))
    journal = store.handle()
    held = Held(stream="tally/a", revision=1, state=Tally(), readable=False)
    assert await journal.held("tally/a") == held
    assert await journal.all_streams("tally") == (held,)
