"""Tasks are known, heard when they fail, started again with patience, and gone at the end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import pytest

from tests.unit.engine.conftest import Log
from watchkeeper.engine.supervise import LONGEST_PAUSE_SECONDS, Crew
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.ports.errors import JournalClosed

T = TypeVar("T")


def play(story: Coroutine[Any, Any, T]) -> T:
    loop = VirtualLoop(1)
    told: T = loop.run_until_complete(story)
    assert loop.unheard == []
    return told


class Work:
    """Runs for the seconds it is given, one after another; each run fails. Then it works for ever.

    ``begun`` are the instants at which it was started.
    """

    def __init__(self, *lasting: float) -> None:
        self.lasting = list(lasting)
        self.begun: list[float] = []

    async def __call__(self) -> None:
        self.begun.append(asyncio.get_running_loop().time())
        if not self.lasting:
            await asyncio.sleep(1e9)
        await asyncio.sleep(self.lasting.pop(0))
        raise ValueError("it broke")


async def kept(work: Callable[[], Awaitable[None]], seconds: float) -> Crew:
    """A crew that has kept this up for so long."""
    crew = Crew()
    crew.keep("work", work)
    await asyncio.sleep(seconds)
    return crew


def test_what_fails_is_started_again_after_longer_pauses_up_to_a_minute() -> None:
    work = Work(*[0.0] * 9)

    async def story() -> None:
        await (await kept(work, 600)).stop()

    play(story())
    pauses = [after - before for before, after in zip(work.begun, work.begun[1:], strict=False)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_failure_after_a_long_good_time_is_the_first_of_its_row() -> None:
    work = Work(0, 0, 0, 0, 0, LONGEST_PAUSE_SECONDS + 1, 0)

    async def story() -> None:
        await (await kept(work, 600)).stop()

    play(story())
    pauses = [after - before for before, after in zip(work.begun, work.begun[1:], strict=False)]
    assert pauses == pytest.approx([1, 2, 4, 8, 16, LONGEST_PAUSE_SECONDS + 1 + 1, 2])


def test_failures_are_counted_while_it_fails_and_forgotten_once_it_has_gone_well() -> None:
    async def story() -> None:
        crew = await kept(Work(0, 0), 2.5)
        assert crew.failures == {"work": 2}
        await asyncio.sleep(LONGEST_PAUSE_SECONDS)
        assert crew.failures == {"work": 2}
        await asyncio.sleep(1)
        assert crew.failures == {}
        await crew.stop()

    play(story())


def test_what_ends_well_is_started_again_too() -> None:
    begun: list[float] = []

    async def short() -> None:
        begun.append(asyncio.get_running_loop().time())

    async def story() -> None:
        await (await kept(short, 3.5)).stop()

    play(story())
    assert begun == [0, 1, 2, 3]


def test_a_failure_in_the_background_is_told_and_counted(log: Log) -> None:
    async def story() -> None:
        crew = Crew()
        await crew.start("look", Work(5)())
        assert crew.failures == {"look": 1}

    play(story())
    (told,) = log
    assert (told["event"], told["task"], told["error"]) == (
        "task_failed",
        "look",
        "ValueError('it broke')",
    )


def test_a_success_ends_the_row_of_failures() -> None:
    async def well() -> None:
        return

    async def story() -> None:
        crew = Crew()
        for _ in range(2):
            assert not await crew.guarded("stream", Work(0)())
        assert crew.failures == {"stream": 2}
        assert await crew.guarded("stream", well())
        assert crew.failures == {}

    play(story())


def test_at_the_end_every_task_is_gone_also_one_that_never_began() -> None:
    left: list[str] = []

    async def task() -> None:
        try:
            await asyncio.sleep(1e9)
        finally:
            left.append("cleaned up")

    async def story() -> None:
        crew = Crew()
        crew.start("one", task())
        await asyncio.sleep(1)
        crew.start("never begun", task())
        await crew.stop()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    play(story())
    assert left == ["cleaned up"]


def test_a_closed_journal_ends_the_work_and_is_told_once(log: Log) -> None:
    begun: list[str] = []

    async def on_a_closed_journal() -> None:
        begun.append("begun")
        raise JournalClosed("closed")

    async def story() -> None:
        crew = await kept(on_a_closed_journal, 300)
        with pytest.raises(JournalClosed):
            await crew.guarded("look", on_a_closed_journal())

    play(story())
    assert begun == ["begun"] * 2
    assert [(told["event"], told["task"]) for told in log] == [("task_ended", "work")]
