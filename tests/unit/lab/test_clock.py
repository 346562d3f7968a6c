import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchkeeper.lab.clock import TRUE, Jump, SimulatedClock, Skew
from watchkeeper.lab.loop import VirtualLoop

START = datetime(2026, 3, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def on_loop(work: Callable[[SimulatedClock, VirtualLoop], Coroutine[Any, Any, None]],
            skew: Skew = TRUE) -> None:  # fmt: skip
    loop = VirtualLoop(1)
    loop.run_until_complete(work(SimulatedClock(loop, START, skew), loop))


def test_a_true_clock_follows_the_loop() -> None:
    async def story(clock: SimulatedClock, loop: VirtualLoop) -> None:
        assert clock.now() == START
        await clock.sleep_until(START + HOUR)
        assert clock.now() == START + HOUR
        assert loop.time() == 3600

    on_loop(story)


def test_an_instant_that_has_passed_is_not_waited_for() -> None:
    async def story(clock: SimulatedClock, loop: VirtualLoop) -> None:
        await clock.sleep_until(START - HOUR)
        assert loop.time() == 0

    on_loop(story)


@pytest.mark.parametrize("ratio", [0.01, -0.01])
def test_a_drifting_clock_wakes_by_its_own_time(ratio: float) -> None:
    async def story(clock: SimulatedClock, loop: VirtualLoop) -> None:
        await clock.sleep_until(START + HOUR)
        assert clock.now() >= START + HOUR
        assert loop.time() == pytest.approx(3600 / (1 + ratio), rel=0.01)

    on_loop(story, Skew(drift_ratio=ratio))


def test_a_clock_that_is_set_back_stands_still_until_time_has_caught_up() -> None:
    async def story(clock: SimulatedClock, loop: VirtualLoop) -> None:
        await clock.sleep_until(START + HOUR)
        seen = [clock.now()]
        for minute in range(1, 20):
            await clock.sleep_until(START + HOUR + timedelta(minutes=minute))
            seen.append(clock.now())
        assert seen == sorted(seen)
        assert loop.time() == pytest.approx(3600 + 19 * 60 + 600)

    on_loop(story, Skew(jumps=(Jump(at=3601, seconds=-600),)))


def test_a_clock_that_is_set_forward_is_followed() -> None:
    async def story(clock: SimulatedClock, loop: VirtualLoop) -> None:
        await asyncio.sleep(60)
        assert clock.now() == START + HOUR + timedelta(seconds=60)

    on_loop(story, Skew(jumps=(Jump(at=30, seconds=3600),)))
