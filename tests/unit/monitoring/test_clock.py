"""A clock that jumps, and samples from the past."""

from datetime import timedelta

from tests.unit.monitoring.station import START, Station, estate, probe
from watchkeeper.monitoring.numbers import Pace


async def test_a_jump_forward_neither_ends_nor_begins_an_alert() -> None:
    station = Station(estate(services=("shop", "search")))
    station.says[probe("shop")] = 0
    await station.run(3)
    station.says[probe("shop")] = 1
    station.says[probe("search")] = 0
    await station.run(2)  # two good cycles of the one; the other joins
    cycle = await station.run(step=7200)
    assert cycle.jumped_seconds == 7200
    assert station.resolved == []
    assert [a.part for a in station.updated[-1].anomalies] == ["shop", "search"]
    await station.run(2)
    assert [a.part for a in station.updated[-1].anomalies] == ["search"]


async def test_a_slow_cycle_is_not_a_jump() -> None:
    station = Station(estate(), pace=Pace(cycle_seconds=2))
    await station.run()
    cycle = await station.run(step=45)
    assert cycle.jumped_seconds == 0


async def test_samples_that_are_not_newer_are_dropped_and_said() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run()
    station.source.frozen_at = station.now
    cycle = await station.run(10)
    assert station.raised == []
    assert cycle.series == 0
    assert "2 samples not newer than the last" in [gap.reason for gap in cycle.gaps]


async def test_a_source_whose_clock_went_back_is_believed_again_once_it_has_caught_up() -> None:
    station = Station(estate())
    await station.run(5)
    station.says[probe("shop")] = 0
    station.source.frozen_at = START
    await station.run(3)
    assert station.raised == []
    station.source.frozen_at = None
    await station.run(2)
    assert len(station.raised) == 1
    assert station.raised[0].started_at > START + timedelta(minutes=8)
