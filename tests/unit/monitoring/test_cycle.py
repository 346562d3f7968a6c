"""The watch as stories: what is said, when, and how often."""

from datetime import timedelta

from tests.unit.monitoring.station import START, Station, disk, estate, own_fingerprint, probe, up
from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.monitoring.numbers import Pace


async def test_a_dead_probe_raises_one_alert_within_two_cycles() -> None:
    station = Station(estate())
    await station.run(3)
    station.says[probe("shop")] = 0
    await station.run()
    assert station.raised == []
    await station.run()
    (alert,) = station.raised
    assert alert.server == "web-1"
    assert alert.severity is AlertSeverity.CRITICAL
    assert [(a.metric, a.part, a.value) for a in alert.anomalies] == [("probe_success", "shop", 0)]
    assert alert.started_at == START + timedelta(minutes=4)
    assert alert.fingerprint == own_fingerprint("web-1", "service{shop}")
    await station.run(20)
    assert len(station.raised) == 1
    assert station.updated == []


async def test_at_a_two_second_cycle_a_dead_probe_is_known_after_four_seconds() -> None:
    station = Station(estate(), pace=Pace(cycle_seconds=2))
    await station.run(3)
    station.says[probe("shop")] = 0
    died_at = station.now
    await station.run(2)
    assert len(station.raised) == 1
    assert station.now - died_at == timedelta(seconds=4)


async def test_one_bad_answer_is_not_an_alert() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run()
    station.says[probe("shop")] = 1
    await station.run(10)
    assert station.told.entries == []


async def test_an_alert_is_over_after_three_quiet_cycles() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run(3)
    station.says[probe("shop")] = 1
    await station.run(2)
    assert station.resolved == []
    await station.run()
    assert [body.quiet_cycles for body in station.resolved] == [3]
    assert await station.active() == []


async def test_all_that_is_wrong_with_a_server_is_one_alert() -> None:
    station = Station(estate(services=("shop", "search")))
    station.says[disk()] = 0.5
    await station.run()
    station.says[probe("shop")] = station.says[probe("search")] = 0
    await station.run(2)
    station.says[disk()] = 0.02
    await station.run(10)
    assert len(station.raised) == 1
    assert [a.part for a in station.raised[0].anomalies] == ["search", "shop"]
    (updated,) = station.updated
    assert [a.series for a in updated.anomalies] == [
        "probe_success{search}",
        "probe_success{shop}",
        "filesystem_free_ratio{/var}",
    ]


async def test_what_is_well_again_leaves_the_alert_and_the_rest_stays() -> None:
    station = Station(estate(services=("shop", "search")))
    station.says[probe("shop")] = station.says[probe("search")] = 0
    await station.run(3)
    station.says[probe("shop")] = 1
    await station.run(3)
    assert [a.part for a in station.updated[-1].anomalies] == ["search"]
    station.says[probe("search")] = 1
    await station.run(3)
    assert len(station.resolved) == 1


async def test_two_servers_are_two_alerts() -> None:
    station = Station(estate(servers=("web-1", "web-2")))
    station.says[up("web-1")] = station.says[up("web-2")] = 0
    await station.run(2)
    assert [alert.server for alert in station.raised] == ["web-1", "web-2"]
    assert {a.kind for alert in station.raised for a in alert.anomalies} == {AnomalyKind.THRESHOLD}
