import asyncio

import pytest

from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.lab.process import Process, WouldNotDie


def test_a_crash_ends_every_task_and_their_last_words_reach_nothing() -> None:
    """Cancelled code may still try to write; the fence is down before it gets to run."""
    written: list[str] = []
    process = Process("worker")

    async def child() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            process.fence.check()
            written.append("last words")

    async def program() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            group.create_task(child())

    async def story() -> None:
        process.start(loop, program)
        await asyncio.sleep(10)
        assert process.alive
        await process.crash()
        assert not process.alive
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert others == set()

    loop = VirtualLoop(1)
    loop.run_until_complete(story())
    assert written == []


def test_who_swallows_one_cancelling_is_cancelled_again() -> None:
    async def stubborn() -> None:
        for _ in range(3):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    async def story() -> None:
        process = Process("worker")
        process.start(loop, stubborn)
        await asyncio.sleep(1)
        await process.crash()
        assert loop.time() < 60

    loop = VirtualLoop(1)
    loop.run_until_complete(story())


def test_who_never_dies_is_named() -> None:
    async def immortal() -> None:
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    async def story() -> None:
        process = Process("worker")
        process.start(loop, immortal)
        await asyncio.sleep(1)
        with pytest.raises(WouldNotDie, match="worker"):
            await process.crash()

    loop = VirtualLoop(1)
    loop.run_until_complete(story())


def test_two_lives_keep_their_tasks_apart() -> None:
    async def child() -> None:
        await asyncio.sleep(100)

    async def program() -> None:
        await asyncio.create_task(child())

    async def story() -> None:
        one, other = Process("one"), Process("other")
        one.start(loop, program)
        other.start(loop, program)
        await asyncio.sleep(1)
        await one.crash()
        assert (one.alive, other.alive) == (False, True)
        assert len(asyncio.all_tasks()) == 3
        await other.crash()

    loop = VirtualLoop(1)
    loop.run_until_complete(story())


def test_a_program_that_ends_by_itself_says_why() -> None:
    async def program() -> None:
        raise LookupError("no configuration")

    async def story() -> None:
        process = Process("worker")
        process.start(loop, program)
        await asyncio.sleep(1)
        assert repr(process.failure()) == "LookupError('no configuration')"

    loop = VirtualLoop(1)
    loop.run_until_complete(story())
