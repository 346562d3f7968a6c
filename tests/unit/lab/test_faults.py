import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchkeeper.adapters.simulated.blueprint import data_centre
from watchkeeper.adapters.simulated.inspector import SimulatedInspector
from watchkeeper.adapters.simulated.logs import SimulatedLogs
from watchkeeper.adapters.simulated.metrics import SimulatedMetrics
from watchkeeper.adapters.simulated.world import World
from watchkeeper.lab.clock import SimulatedClock
from watchkeeper.lab.faults import FaultyInspector, FaultyLogs, FaultyMetrics, Way
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.lab.process import Fence
from watchkeeper.lab.weather import LONGEST_USUAL_SECONDS, Mishap, Weather, drawn_weather
from watchkeeper.ports.errors import AlreadyLaunched, SourceUnavailable

START = datetime(2026, 3, 4, 12, tzinfo=UTC)


@dataclass
class Stage:
    loop: VirtualLoop
    world: World
    weather: Weather

    def way(self, fence: Fence | None = None) -> Way:
        return Way(port="test", weather=self.weather, fence=fence or Fence(),
                   able=frozenset(Mishap))  # fmt: skip


def play(story: Callable[[Stage], Coroutine[Any, Any, None]], *always: Mishap) -> Stage:
    loop = VirtualLoop(1)
    weather = Weather(chance=random.Random(1), rates=dict.fromkeys(always, 1.0))
    stage = Stage(loop, World(data_centre(1), SimulatedClock(loop, START)), weather)
    loop.run_until_complete(story(stage))
    return stage


class Door:
    """Counts who came through; a second launch is refused, as an executor does."""

    def __init__(self) -> None:
        self.calls = 0

    async def ask(self) -> str:
        self.calls += 1
        return "answer"

    async def launch(self) -> str:
        self.calls += 1
        if self.calls > 1:
            raise AlreadyLaunched
        return "launched"


@pytest.mark.parametrize(
    ("mishap", "calls", "hears"),
    [
        (Mishap.LOST, 0, "refused"),
        (Mishap.DONE_BUT_ERROR, 1, "timeout"),
        (Mishap.TWICE, 2, "answer"),
        (Mishap.LATE, 1, "answer"),
    ],
)
def test_what_happened_and_what_the_caller_hears(mishap: Mishap, calls: int, hears: str) -> None:
    async def story(stage: Stage) -> None:
        door = Door()
        try:
            heard = await stage.way().call(door.ask)
        except SourceUnavailable as gone:
            heard = gone.word
        assert (door.calls, heard) == (calls, hears)

    stage = play(story, mishap)
    assert stage.weather.counts == Counter({f"test {mishap}": 1})
    assert (stage.loop.time() > 2 * LONGEST_USUAL_SECONDS) is (mishap is Mishap.LATE)


def test_a_launch_that_arrives_twice_is_launched_once() -> None:
    async def story(stage: Stage) -> None:
        assert await stage.way().call(Door().launch) == "launched"

    play(story, Mishap.TWICE)


def test_a_dead_program_makes_no_calls() -> None:
    async def story(stage: Stage) -> None:
        door, fence = Door(), Fence()
        call = asyncio.ensure_future(stage.way(fence).call(door.ask))
        await asyncio.sleep(0)
        fence.down = True
        with pytest.raises(asyncio.CancelledError):
            await call
        assert door.calls == 0

    play(story)


def test_half_of_the_readings_come_with_a_gap() -> None:
    async def story(stage: Stage) -> None:
        whole = await SimulatedMetrics(stage.world).read(stage.world.blueprint.targets)
        metrics = FaultyMetrics(SimulatedMetrics(stage.world), stage.weather, Fence())
        half = await metrics.read(stage.world.blueprint.targets)
        assert 0 < len(half.series) < len(whole.series)
        assert len(half.values) == len(half.series)
        assert half.gaps

    play(story, Mishap.HALF)


def test_readings_in_another_order_are_still_the_same_readings() -> None:
    async def story(stage: Stage) -> None:
        metrics = FaultyMetrics(SimulatedMetrics(stage.world), stage.weather, Fence())
        mixed = await metrics.read(stage.world.blueprint.targets)
        whole = await SimulatedMetrics(stage.world).read(stage.world.blueprint.targets)
        assert mixed.series != whole.series
        up = {s for s, v in zip(mixed.series, mixed.values, strict=True) if s.metric == "up" and v}
        assert up == {s for s in whole.series if s.metric == "up"}

    play(story, Mishap.REORDERED)


def test_half_of_the_lines_and_half_a_look() -> None:
    async def story(stage: Stage) -> None:
        service = stage.world.blueprint.estate.services[0]
        span = (service, START - timedelta(hours=1), START, 100)
        whole = await SimulatedLogs(stage.world).lines(*span)
        logs = FaultyLogs(SimulatedLogs(stage.world), stage.weather, Fence())
        assert len(await logs.lines(*span)) == len(whole) // 2
        inspector = FaultyInspector(SimulatedInspector(stage.world), stage.weather, Fence())
        state = await inspector.service(service)
        assert (state.answers, state.alive) == (True, None)

    play(story, Mishap.HALF)


def test_after_the_storm_nothing_goes_wrong() -> None:
    async def story(stage: Stage) -> None:
        stage.weather.calm_from = 100.0
        with pytest.raises(SourceUnavailable):
            await stage.way().call(Door().ask)
        await asyncio.sleep(100)
        for _ in range(50):
            await stage.way().call(Door().ask)

    play(story, Mishap.LOST)


def test_seeds_have_all_kinds_of_weather() -> None:
    days = [drawn_weather(random.Random(seed), 0.0).rates for seed in range(100)]
    assert {mishap for rates in days for mishap, rate in rates.items() if rate} == set(Mishap)
    assert all(sum(rates.values()) <= 1 for rates in days)
    assert any(not any(rates.values()) for rates in days)
