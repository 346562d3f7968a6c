from datetime import timedelta

import numpy as np
import pytest

from watchkeeper.adapters.simulated.blueprint import Blueprint
from watchkeeper.adapters.simulated.faults import (
    Culprit,
    Death,
    DiskFills,
    MemoryLeaks,
    MetricTurnsNoisy,
    ServerVanishes,
    ServiceDies,
)
from watchkeeper.adapters.simulated.havoc import Havoc
from watchkeeper.adapters.simulated.inspector import SimulatedInspector
from watchkeeper.adapters.simulated.logs import SECRET, SimulatedLogs
from watchkeeper.adapters.simulated.metrics import SimulatedMetrics
from watchkeeper.adapters.simulated.world import World
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.estate import Service
from watchkeeper.domain.metric import CATALOGUE
from watchkeeper.domain.readings import Series
from watchkeeper.ports.errors import SourceUnavailable

HOUR = timedelta(hours=1)


def service(blueprint: Blueprint, name: str) -> Service:
    return next(s for s in blueprint.estate.services if s.name == name)


async def value(world: World, metric: str, server: str, part: str = "") -> float:
    readings = await SimulatedMetrics(world).read(world.blueprint.targets)
    row = readings.series.index(Series(server=server, metric=metric, part=part))
    return float(readings.values[row])


async def test_a_healthy_data_centre_answers_every_probe(world: World) -> None:
    readings = await SimulatedMetrics(world).read(world.blueprint.targets)
    states = {"up", "probe_success"}
    good = [v for s, v in zip(readings.series, readings.values, strict=True) if s.metric in states]
    assert set(good) == {1.0}
    assert {s.metric for s in readings.series} == {metric.name for metric in CATALOGUE}
    assert readings.gaps == ()
    assert readings.unlisted == ()
    ratios = [
        v for s, v in zip(readings.series, readings.values, strict=True) if "ratio" in s.metric
    ]
    assert 0 <= min(ratios) <= max(ratios) <= 1


async def test_who_leans_on_a_dead_service_answers_502(
    world: World, havoc: Havoc, blueprint: Blueprint
) -> None:
    havoc.inflict(ServiceDies(service="orders-1"))
    inspector = SimulatedInspector(world)
    dead = await inspector.service(service(blueprint, "orders-1"))
    victim = await inspector.service(service(blueprint, "shop-1"))
    assert (dead.answers, dead.probe_reason, dead.alive, dead.zombies) == (False, "refused", 0, 1)
    assert (victim.answers, victim.probe_reason, victim.alive) == (False, "502", 7)
    bystander = await inspector.service(service(blueprint, "sessions-1"))
    assert bystander.answers is True


async def test_workers_without_their_main_process_keep_answering(
    world: World, havoc: Havoc, blueprint: Blueprint
) -> None:
    havoc.inflict(ServiceDies(service="front-1", death=Death.MAIN))
    state = await SimulatedInspector(world).service(service(blueprint, "front-1"))
    assert (state.answers, state.main_alive, state.alive, state.zombies) == (True, False, 4, 1)
    assert await value(world, "probe_success", "web-1", "front-1") == 1
    assert await value(world, "service_processes", "web-1", "front-1") == 0, "as a host counts them"


async def test_deaf_leftovers_hold_the_port(
    world: World, havoc: Havoc, blueprint: Blueprint
) -> None:
    havoc.inflict(ServiceDies(service="front-1", death=Death.MAIN_DEAF))
    state = await SimulatedInspector(world).service(service(blueprint, "front-1"))
    assert (state.answers, state.probe_reason, state.alive) == (False, "timeout", 4)


async def test_a_fault_happens_at_its_time_and_not_before(
    world: World, havoc: Havoc, clock: ManualClock
) -> None:
    havoc.inflict(ServiceDies(service="front-1"), clock.now() + HOUR)
    assert await value(world, "probe_success", "web-1", "front-1") == 1
    clock.advance(HOUR)
    assert await value(world, "probe_success", "web-1", "front-1") == 0
    assert await value(world, "service_processes", "web-1", "front-1") == 0


async def test_a_disk_fills_until_the_service_can_no_longer_write(
    world: World, havoc: Havoc, clock: ManualClock, blueprint: Blueprint
) -> None:
    free = await value(world, "filesystem_free_ratio", "app-1", "/var")
    havoc.inflict(DiskFills(server="app-1", mount="/var", culprit=Culprit.LOGS, ratio_per_hour=0.1))
    clock.advance(HOUR)
    assert await value(world, "filesystem_free_ratio", "app-1", "/var") == pytest.approx(
        free - 0.1, abs=0.01
    )
    clock.advance(10 * HOUR)
    assert await value(world, "filesystem_free_ratio", "app-1", "/var") == 0
    state = await SimulatedInspector(world).service(service(blueprint, "shop-1"))
    assert state.probe_reason == "500"


async def test_a_leak_ends_with_the_kernel_killing_the_service(
    world: World, havoc: Havoc, clock: ManualClock, blueprint: Blueprint
) -> None:
    havoc.inflict(MemoryLeaks(service="shop-1", ratio_per_hour=0.2))
    clock.advance(HOUR)
    assert await value(world, "memory_available_ratio", "app-1") < 0.6
    clock.advance(4 * HOUR)
    state = await SimulatedInspector(world).service(service(blueprint, "shop-1"))
    lines = await SimulatedLogs(world).lines(
        service(blueprint, "shop-1"), clock.now() - 5 * HOUR, clock.now(), 1000
    )
    assert state.alive == 0
    assert any("Out of memory" in line.text for line in lines)
    assert await value(world, "memory_available_ratio", "app-1") > 0.3


async def test_a_noisy_metric_jumps_about_and_calms_down(
    world: World, havoc: Havoc, clock: ManualClock
) -> None:
    start = clock.now()
    havoc.inflict(
        MetricTurnsNoisy(server="db-1", metric="load_per_core", spread=2.0, lasts=2 * HOUR),
        start + HOUR,
    )
    clock.advance(4 * HOUR)
    metrics = SimulatedMetrics(world)
    history = await metrics.history(
        "load_per_core", world.blueprint.targets, start, clock.now(), timedelta(minutes=1)
    )
    row = history.series.index(Series(server="db-1", metric="load_per_core"))
    calm, noisy, after = (
        history.values[row][:60],
        history.values[row][61:179],
        history.values[row][181:],
    )
    assert noisy.std() > 5 * max(calm.std(), after.std())


async def test_a_vanished_server_says_nothing_itself_but_is_missed(
    world: World, havoc: Havoc, clock: ManualClock, blueprint: Blueprint
) -> None:
    havoc.inflict(ServerVanishes(server="web-1", lasts=HOUR))
    readings = await SimulatedMetrics(world).read(blueprint.targets)
    said = {s.metric: v for s, v in zip(readings.series, readings.values, strict=True)
            if s.server == "web-1"}  # fmt: skip
    assert said == {"up": 0.0, "probe_success": 0.0}
    with pytest.raises(SourceUnavailable):
        await SimulatedInspector(world).service(service(blueprint, "front-1"))
    with pytest.raises(SourceUnavailable):
        await SimulatedLogs(world).lines(
            service(blueprint, "front-1"), clock.now() - HOUR, clock.now(), 10
        )
    clock.advance(HOUR)
    assert await value(world, "up", "web-1") == 1


async def test_history_and_readings_tell_the_same(
    world: World, havoc: Havoc, clock: ManualClock, blueprint: Blueprint
) -> None:
    havoc.inflict(ServiceDies(service="orders-1"), clock.now() + HOUR)
    havoc.inflict(MemoryLeaks(service="shop-1", ratio_per_hour=0.1), clock.now() + HOUR)
    metrics = SimulatedMetrics(world)
    start, read = clock.now(), []
    for _ in range(9):
        read.append(await metrics.read(blueprint.targets))
        clock.advance(timedelta(minutes=15))
    for metric in CATALOGUE:
        history = await metrics.history(
            metric.name, blueprint.targets, start, start + 2 * HOUR, timedelta(minutes=15)
        )
        for column, readings in enumerate(read):
            rows = [i for i, s in enumerate(readings.series) if s.metric == metric.name]
            assert tuple(readings.series[i] for i in rows) == history.series
            assert (readings.values[rows] == history.values[:, column]).all()


async def test_a_month_of_history_has_days_and_weeks_in_it(
    world: World, clock: ManualClock, blueprint: Blueprint
) -> None:
    metrics = SimulatedMetrics(world)
    history = await metrics.history(
        "cpu_busy_ratio",
        blueprint.targets,
        clock.now() - timedelta(days=28),
        clock.now(),
        timedelta(minutes=5),
    )
    assert history.values.shape == (len(blueprint.servers), 28 * 288 + 1)
    assert not np.isnan(history.values).any()
    hour = (history.times % 86_400) // 3600
    busiest, quietest = history.values[:, hour == 16], history.values[:, hour == 4]
    assert (busiest.mean(axis=1) > 1.5 * quietest.mean(axis=1)).all()


async def test_the_future_has_not_been_measured(
    world: World, clock: ManualClock, blueprint: Blueprint
) -> None:
    history = await SimulatedMetrics(world).history(
        "up", blueprint.targets, clock.now() - HOUR, clock.now() + HOUR, HOUR
    )
    assert np.isnan(history.values[:, 2]).all()
    assert (history.values[:, :2] == 1).all()


async def test_the_victim_names_its_upstream_in_its_log_and_secrets_occur(
    world: World, havoc: Havoc, clock: ManualClock, blueprint: Blueprint
) -> None:
    clock.advance(HOUR)
    havoc.inflict(ServiceDies(service="orders-1"))
    world.now()
    clock.advance(timedelta(minutes=5))
    lines = await SimulatedLogs(world).lines(
        service(blueprint, "shop-1"), clock.now() - HOUR, clock.now(), 500
    )
    texts = [line.text for line in lines]
    assert any("upstream orders-1" in text for text in texts[-20:])
    assert any(SECRET in text for text in texts)
    assert [line.at for line in lines] == sorted(line.at for line in lines if line.at)
    dead = await SimulatedLogs(world).lines(
        service(blueprint, "orders-1"), clock.now() - timedelta(minutes=4), clock.now(), 500
    )
    assert dead == ()


async def test_only_so_many_of_the_newest_lines_are_given(
    world: World, clock: ManualClock, blueprint: Blueprint
) -> None:
    clock.advance(HOUR)
    logs = SimulatedLogs(world)
    shop = service(blueprint, "shop-1")
    some = await logs.lines(shop, clock.now() - HOUR, clock.now(), 7)
    all_ = await logs.lines(shop, clock.now() - HOUR, clock.now(), 10_000)
    assert some == all_[-7:]
    assert await logs.lines(shop, clock.now() - HOUR, clock.now(), 0) == ()
