import asyncio
import gc
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from watchkeeper.lab.confinement import LeftTheSimulation
from watchkeeper.lab.loop import NothingLeft, VirtualLoop

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T], seed: int = 1) -> T:
    loop = VirtualLoop(seed)
    try:
        return loop.run_until_complete(work)  # type: ignore[no-any-return]
    finally:
        loop.close()


async def finishing_order(tasks: int) -> tuple[int, ...]:
    order: list[int] = []

    async def one(number: int) -> None:
        await asyncio.sleep(0)
        order.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(tasks):
            group.create_task(one(number))
    return tuple(order)


def test_two_days_of_sleep_cost_nothing() -> None:
    async def long() -> float:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await asyncio.sleep(48 * 3600)
        return loop.time() - start

    assert run(long()) == 48 * 3600


def test_who_sleeps_shorter_wakes_first() -> None:
    async def order() -> list[float]:
        woken: list[float] = []

        async def sleeper(seconds: float) -> None:
            await asyncio.sleep(seconds)
            woken.append(seconds)

        await asyncio.gather(*(sleeper(seconds) for seconds in (3, 1, 2)))
        return woken

    for seed in range(5):
        assert run(order(), seed) == [1, 2, 3]


def test_one_seed_is_one_order_and_seeds_differ() -> None:
    orders = {seed: run(finishing_order(5), seed) for seed in range(40)}
    assert all(run(finishing_order(5), seed) == order for seed, order in orders.items())
    assert len(set(orders.values())) > 20


def test_every_order_of_three_is_reached() -> None:
    assert len({run(finishing_order(3), seed) for seed in range(100)}) == 6


def test_sets_of_tasks_have_one_order() -> None:
    """What ``asyncio.wait`` gives back is a set: by address it would differ from run to run."""

    async def waited() -> list[str]:
        tasks = {asyncio.create_task(asyncio.sleep(1), name=f"t{n}") for n in range(50)}
        done, _ = await asyncio.wait(tasks)
        return [task.get_name() for task in done]

    assert run(waited()) == run(waited())


def test_timeouts_and_cancelling_work_as_on_any_loop() -> None:
    async def too_slow() -> str:
        try:
            async with asyncio.timeout(5):
                await asyncio.sleep(10)
        except TimeoutError:
            return f"gave up after {asyncio.get_running_loop().time():.0f} s"
        return "waited"

    assert run(too_slow()) == "gave up after 5 s"


def test_an_exception_comes_out() -> None:
    async def fails() -> None:
        await asyncio.sleep(1)
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        run(fails())


def test_waiting_for_what_never_comes_is_said() -> None:
    async def forever() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(NothingLeft):
        run(forever())


def test_an_abandoned_generator_is_closed() -> None:
    closed: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(1)
            closed.append("closed")

    async def first() -> None:
        async for _ in numbers():
            break
        await asyncio.sleep(5)

    run(first())
    assert closed == ["closed"]


def test_a_failure_nobody_awaits_is_kept() -> None:
    async def background() -> None:
        raise LookupError("unheard")

    async def main() -> None:
        task = asyncio.create_task(background())
        await asyncio.sleep(1)
        del task

    loop = VirtualLoop(1)
    loop.run_until_complete(main())
    gc.collect()  # where an exception holds its own task, only this lets go of it
    assert "unheard" in repr(loop.unheard[0]["exception"])


async def a_connection() -> None:
    await asyncio.open_connection("127.0.0.1", 9)


async def a_datagram_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


async def a_thread() -> None:
    threading.Thread(target=print).start()


async def a_pool() -> None:
    await asyncio.to_thread(print)


async def a_program() -> None:
    subprocess.run(["true"], check=False)


async def an_asynchronous_program() -> None:
    await asyncio.create_subprocess_exec("true")


@pytest.mark.parametrize("attempt", [a_datagram_socket, a_thread, a_program])
def test_nothing_real_can_be_opened(attempt: Any) -> None:
    with pytest.raises(LeftTheSimulation):
        run(attempt())


@pytest.mark.parametrize("attempt", [a_connection, a_pool, an_asynchronous_program])
def test_the_loop_itself_has_no_hands(attempt: Any) -> None:
    with pytest.raises(LeftTheSimulation):
        run(attempt())


def test_outside_of_a_simulation_nothing_is_forbidden() -> None:
    run(asyncio.sleep(1))
    thread = threading.Thread(target=Path)
    thread.start()
    thread.join()
    assert not thread.is_alive()
