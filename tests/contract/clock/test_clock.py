"""What every clock keeps to."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.ports.clock import Clock

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


def manual() -> Clock:
    return ManualClock(START)


def system() -> Clock:
    return SystemClock()


@pytest.fixture(params=[manual, system])
def clock(request: pytest.FixtureRequest) -> Clock:
    make: Callable[[], Clock] = request.param
    return make()


async def pass_a_little(clock: Clock) -> None:
    if isinstance(clock, ManualClock):
        clock.advance(timedelta(milliseconds=50))
    await asyncio.sleep(0.005)


def test_the_present_is_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)


async def test_time_goes_on_and_never_back(clock: Clock) -> None:
    told = [clock.now()]
    for _ in range(5):
        await pass_a_little(clock)
        told.append(clock.now())
    assert told == sorted(told)
    assert told[0] < told[-1]


async def test_a_past_instant_is_no_wait(clock: Clock) -> None:
    async with asyncio.timeout(5):
        await clock.sleep_until(clock.now() - timedelta(days=1))
        await clock.sleep_until(clock.now())


async def test_nobody_wakes_too_early(clock: Clock) -> None:
    instant = clock.now() + timedelta(milliseconds=40)
    sleeper = asyncio.ensure_future(clock.sleep_until(instant))
    while not sleeper.done():
        await pass_a_little(clock)
    assert clock.now() >= instant


async def test_a_wait_can_be_given_up(clock: Clock) -> None:
    sleeper = asyncio.ensure_future(clock.sleep_until(clock.now() + timedelta(days=1)))
    await asyncio.sleep(0)
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    await pass_a_little(clock)
