"""Days pass in a test without anybody waiting."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.instant import NotUtc

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def test_sleepers_wake_in_the_order_of_their_instants() -> None:
    clock = ManualClock(START)
    woken: list[str] = []

    async def sleeper(name: str, hours: int) -> None:
        await clock.sleep_until(START + timedelta(hours=hours))
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        for name, hours in (("late", 3), ("early", 1), ("second", 1), ("middle", 2)):
            group.create_task(sleeper(name, hours))
        await asyncio.sleep(0)
        clock.advance(timedelta(hours=3))
    assert woken == ["early", "second", "middle", "late"]


async def test_running_on_lets_each_woken_task_sleep_again() -> None:
    clock = ManualClock(START)
    seen: list[datetime] = []

    async def every_minute() -> None:
        while True:
            await clock.sleep_until(clock.now() + timedelta(minutes=1))
            seen.append(clock.now())

    task = asyncio.create_task(every_minute())
    await clock.run_until(START + timedelta(hours=1))
    task.cancel()
    assert seen == [START + timedelta(minutes=n) for n in range(1, 61)]
    assert clock.now() == START + timedelta(hours=1)


async def test_one_who_gave_up_is_forgotten() -> None:
    clock = ManualClock(START)
    task = asyncio.create_task(clock.sleep_until(START + timedelta(days=2)))
    await asyncio.sleep(0)
    assert clock.next_wake == START + timedelta(days=2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert clock.next_wake is None


def test_it_refuses_to_go_back() -> None:
    clock = ManualClock(START)
    with pytest.raises(ValueError, match="never goes back"):
        clock.set(START - timedelta(seconds=1))
    with pytest.raises(NotUtc):
        clock.set(datetime(2026, 11, 25))  # noqa: DTZ001 - the mistake this test is about
