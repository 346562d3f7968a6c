"""The appender thread: what waits goes in groups, and every caller is told."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from watchkeeper.adapters.sql.hands import GROUP_AT_MOST, ThreadHands
from watchkeeper.adapters.sql.writer import Claim, Outcome, Wanted
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.ports.errors import JournalClosed, JournalFailed

SYSTEM = Actor(kind=ActorKind.SYSTEM, name="engine")
WANTED = Wanted(actor=SYSTEM, drafts=())
CLAIM = Claim(stream="tally/a", worker="one", seconds=60)


@dataclass
class SlowWriter:
    """Writes nothing, when it is let go on, and remembers the size of every group."""

    fails: Exception | None = None
    groups: list[int] = field(default_factory=list)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def append(self, wanted: Sequence[Wanted]) -> list[Outcome]:
        self.groups.append(len(wanted))
        assert self.goes_on.wait(10)
        if self.fails:
            raise self.fails
        return [()] * len(wanted)

    def claim(self, claims: Sequence[Claim]) -> list[bool]:
        if self.fails:
            raise self.fails
        return [True] * len(claims)


@dataclass
class Bench:
    """Hands at work on a slow writer, and what they did besides."""

    writer: SlowWriter = field(default_factory=SlowWriter)
    rings: int = 0
    finished: threading.Event = field(default_factory=threading.Event)

    def hands(self) -> ThreadHands:
        return ThreadHands(self.writer, self._ring, self.finished.set, readers=1)  # type: ignore[arg-type]

    def _ring(self) -> None:
        self.rings += 1


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def waiting(hands: ThreadHands, number: int) -> list[asyncio.Task[Outcome]]:
    tasks = [asyncio.create_task(hands.append(WANTED)) for _ in range(number)]
    await asyncio.sleep(0.01)
    return tasks


async def test_what_waits_while_one_is_written_goes_together(bench: Bench) -> None:
    hands = bench.hands()
    tasks = await waiting(hands, 1)
    tasks += await waiting(hands, GROUP_AT_MOST + 10)
    bench.writer.goes_on.set()
    assert await asyncio.gather(*tasks) == [()] * len(tasks)
    assert bench.writer.groups == [1, GROUP_AT_MOST, 10]
    assert bench.rings == 3, "the bell is rung once a group"
    await hands.close()


async def test_a_failure_is_told_to_all_of_the_group_and_the_next_is_tried(bench: Bench) -> None:
    hands = bench.hands()
    bench.writer.fails = JournalFailed("the disk is full")
    bench.writer.goes_on.set()
    outcomes = await asyncio.gather(*await waiting(hands, 3))
    assert [str(outcome) for outcome in outcomes] == ["the disk is full"] * 3
    with pytest.raises(JournalFailed, match="the disk is full"):
        await hands.claim(CLAIM)
    bench.writer.fails = None
    assert await hands.append(WANTED) == ()
    assert await hands.claim(CLAIM)
    await hands.close()


async def test_a_bug_in_the_writer_leaves_nobody_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes the journal: whoever waits and whoever comes is told, and nothing hangs."""
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    hands = bench.hands()
    bench.writer.fails = ZeroDivisionError("a bug")
    tasks = await waiting(hands, 1)
    tasks += await waiting(hands, 2)
    bench.writer.goes_on.set()
    outcomes = await asyncio.wait_for(asyncio.gather(*tasks), 5)
    assert [type(outcome) for outcome in outcomes] == [JournalClosed] * 3
    assert isinstance(await asyncio.wait_for(hands.append(WANTED), 5), JournalClosed)
    assert bench.finished.is_set(), "the file is let go"
    await asyncio.wait_for(hands.close(), 5)
    async with asyncio.timeout(5):
        while not told:
            await asyncio.sleep(0.005)
    assert [each.exc_value for each in told] == [bench.writer.fails]


async def test_after_a_fence_only_what_was_begun_is_finished(bench: Bench) -> None:
    hands = bench.hands()
    begun = await waiting(hands, 1)
    not_begun = await waiting(hands, 2)
    hands.fence()
    bench.writer.goes_on.set()
    outcomes = await asyncio.wait_for(asyncio.gather(*begun, *not_begun), 5)
    assert [isinstance(outcome, JournalClosed) for outcome in outcomes] == [False, True, True]
    assert bench.writer.groups == [1]
    assert await asyncio.to_thread(bench.finished.wait, 5)


def test_a_loop_that_has_gone_needs_no_answer(bench: Bench) -> None:
    hands: list[ThreadHands] = []

    async def leaves() -> None:
        hands.append(bench.hands())
        for task in await waiting(hands[0], 2):
            task.cancel()

    asyncio.run(leaves())
    bench.writer.goes_on.set()

    async def comes_later() -> None:
        assert await asyncio.wait_for(hands[0].append(WANTED), 5) == ()
        await hands[0].close()

    asyncio.run(comes_later())
    assert bench.finished.is_set()
