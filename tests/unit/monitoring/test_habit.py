"""Baselines as stories: what a month of history teaches, and what it does not forgive."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.unit.monitoring.station import START, Station, cpu, estate
from tests.unit.monitoring.weather import noisy, working_day
from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.monitoring.numbers import COLD_START, Pace

FIVE_MINUTES = Pace(cycle_seconds=300)  # fewer cycles for the same days
QUARTER_HOUR = Pace(cycle_seconds=900)
TUESDAY = START + timedelta(days=1)


def spiking(begins: datetime, level: float, hours: float = 1) -> Callable[[datetime], float]:
    """A working day with one hour at another level."""
    ends = begins + timedelta(hours=hours)
    return noisy(lambda at: level if begins <= at < ends else working_day(at))


async def warm(value: Callable[[datetime], float], days: int = 28) -> Station:
    """A watch that starts on Monday with the history that its Prometheus has."""
    born = START - timedelta(days=days)
    station = Station(estate(), pace=FIVE_MINUTES)
    station.source.remembers = True
    station.says[cpu()] = lambda at: value(at) if at >= born else float("nan")
    filled = await station.watch.back_fill(START)
    assert filled.complete
    return station


async def test_a_warm_start_flags_tuesdays_spike_but_not_the_batch_seen_every_night() -> None:
    station = await warm(spiking(TUESDAY + timedelta(hours=15), 0.7))
    await station.run(288 * 2)
    (alert,) = station.raised
    (anomaly,) = alert.anomalies
    assert alert.started_at == TUESDAY + timedelta(hours=15)
    assert anomaly.kind is AnomalyKind.DEVIATION
    assert anomaly.severity is AlertSeverity.CRITICAL
    assert anomaly.deviation is not None
    assert anomaly.deviation > 4
    assert anomaly.limit is not None
    assert working_day(alert.started_at) < anomaly.limit < 0.7
    assert len(station.resolved) == 1


async def test_a_batch_that_does_not_stop_in_the_morning_is_flagged() -> None:
    station = await warm(spiking(TUESDAY + timedelta(hours=2), 0.85, hours=4))
    await station.run(288 * 2)
    (alert,) = station.raised
    assert alert.started_at == TUESDAY + timedelta(hours=3)


async def test_a_lull_is_no_complaint_about_a_processor() -> None:
    station = await warm(spiking(TUESDAY + timedelta(hours=11), 0.0))
    await station.run(288 * 2)
    assert station.raised == []


async def test_quiet_days_after_a_warm_start_raise_nothing() -> None:
    servers = [f"web-{number}" for number in range(1, 9)]
    station = Station(estate(servers=servers), pace=FIVE_MINUTES)
    station.source.remembers = True
    for seed, server in enumerate(servers):
        station.says[cpu(server)] = noisy(working_day, seed=seed)
    assert (await station.watch.back_fill(START)).complete
    await station.run(288 * 3)
    assert station.entries == []


async def test_thirteen_days_are_a_cold_start_and_static_thresholds_hold() -> None:
    station = await warm(spiking(START + timedelta(hours=15), 0.7), days=13)
    await station.run(288)
    assert station.raised == []  # 0.7 is strange here, and under the static 0.9
    hot = await warm(spiking(START + timedelta(hours=15), 0.99), days=13)
    await hot.run(288)
    assert [a.kind for alert in hot.raised for a in alert.anomalies] == [AnomalyKind.THRESHOLD]


async def test_after_the_cold_start_a_habit_of_being_busy_is_no_complaint() -> None:
    busy = noisy(lambda at: 0.96, spread=0.01)
    cold = await warm(busy, days=5)
    await cold.run(12)
    assert [a.rule for alert in cold.raised for a in alert.anomalies] == ["cpu-busy"]
    habit = await warm(busy)
    await habit.run(288)
    assert habit.raised == []


async def test_a_watch_without_history_learns_by_watching() -> None:
    station = Station(estate(), pace=QUARTER_HOUR)
    begins = START + COLD_START + timedelta(days=1, hours=15)
    station.says[cpu()] = spiking(begins, 0.7, hours=3)
    await station.run(96 * 16)
    (alert,) = station.raised
    assert alert.started_at == begins
    assert alert.anomalies[0].kind is AnomalyKind.DEVIATION


async def test_what_is_anomalous_does_not_teach() -> None:
    """Eight strange hours on each of five days: on the fifth the same is still strange."""

    def attacked(at: datetime) -> float:
        return 0.8 if at >= START and 12 <= at.hour < 20 else working_day(at)

    station = await warm(noisy(attacked))
    await station.run(288 * 5)
    assert len(station.raised) == 5


async def test_a_new_normal_is_complained_of_for_a_day_and_then_learned() -> None:
    station = await warm(noisy(lambda at: 0.75 if at >= TUESDAY else 0.2))
    await station.run(288 * 3)
    assert len(station.raised) == 1
    (over,) = station.resolved
    assert timedelta(hours=23) <= over.resolved_at - TUESDAY <= timedelta(hours=27)


async def test_a_source_that_could_not_be_asked_is_asked_again() -> None:
    station = Station(estate(), pace=FIVE_MINUTES)
    station.says[cpu()] = noisy(working_day)
    station.source.remembers = True
    station.source.fails = "refused"
    missed = await station.watch.back_fill(START)
    assert not missed.complete
    assert {gap.reason for gap in missed.gaps} == {"refused"}
    station.source.fails = ""
    assert (await station.watch.back_fill(START)).complete
    asked = len(station.source.asked)
    station.source.fails = "refused"  # what is known is not asked again
    assert (await station.watch.back_fill(START)).complete
    assert len(station.source.asked) == asked
