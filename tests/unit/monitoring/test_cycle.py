"""The watch as stories: what is said, when, and how often."""

from datetime import timedelta

from tests.unit.monitoring.station import START, Station, disk, estate, own_fingerprint, probe, up
from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.readings import Gap
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.knowledge.estate import EstateGraph
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
    assert station.entries == []


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


async def test_what_others_lean_on_is_told_before_those_who_only_suffer() -> None:
    """So the router opens one incident, on the cause, and everybody else joins it."""
    chain = {"front": ("app", ("shop",)), "shop": ("mid", ("orders",)), "orders": ("zdb", ())}
    leaning = Estate(
        servers=tuple(Server(name=server) for server, _ in chain.values()),
        services=tuple(
            Service(name=name, server=server, probe=f"http://{name}", depends_on=needs)
            for name, (server, needs) in chain.items()
        ),
    )
    station = Station(leaning)
    for name, (server, _) in chain.items():
        station.says[probe(name, server)] = 0
    await station.run(2)
    assert [alert.server for alert in station.raised] == ["zdb", "mid", "app"]


async def test_a_flapping_service_is_one_alert_that_stays_up_longer() -> None:
    station = Station(estate())
    for _ in range(6):
        station.says[probe("shop")] = 0
        await station.run(3)
        station.says[probe("shop")] = 1
        await station.run(4)
    assert {entry.stream for entry in station.entries} == {
        f"alert/{own_fingerprint('web-1', 'service{shop}')}"
    }
    assert len(station.raised) == 2  # the second one outlives every pause
    assert len(station.resolved) == 1
    (alert,) = await station.active()
    assert alert.flaps(station.now, station.pace.flap_window) == 1
    cycle = await station.run()
    assert cycle.flapping == (alert.fingerprint,)
    await station.run(5)
    assert [body.quiet_cycles for body in station.resolved] == [3, 6]


async def test_an_alternating_probe_never_leaves_its_alert() -> None:
    station = Station(estate())
    for _ in range(20):
        station.says[probe("shop")] = 0
        await station.run()
        station.says[probe("shop")] = 1
        await station.run()
    assert len(station.raised) == 1
    assert station.resolved == []


async def test_a_restart_tells_nothing_twice_and_forgets_nothing() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run(3)
    station.restart()
    await station.run(5)
    assert len(station.entries) == 1
    station.restart()
    station.says[probe("shop")] = 1
    await station.run(2)
    assert station.resolved == []
    await station.run()
    assert len(station.resolved) == 1


async def test_what_was_not_written_is_told_again() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run()
    station.clock.advance(timedelta(minutes=1))
    lost = await station.watch.cycle(station.now)
    assert len(lost.drafts) == 1  # and the append fails
    await station.run()
    assert len(station.raised) == 1
    assert station.raised[0].started_at == START + timedelta(minutes=1)


async def test_a_server_that_leaves_the_estate_takes_its_alert_along() -> None:
    station = Station(estate(servers=("web-1", "web-2")))
    station.says[up("web-2")] = 0
    await station.run(3)
    station.watch.adopt(EstateGraph(estate()))
    await station.run(3)
    assert len(station.resolved) == 1


async def test_a_mount_that_is_long_gone_is_no_complaint_any_more() -> None:
    station = Station(estate())
    station.says[disk("/mnt/stick")] = 0.01
    await station.run(8)
    assert len(station.raised) == 1
    del station.says[disk("/mnt/stick")]
    await station.run(29)
    assert station.resolved == []
    await station.run(4)
    assert len(station.resolved) == 1


async def test_a_service_whose_probe_is_no_longer_told_stays_unknown() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run(3)
    del station.says[probe("shop")]
    await station.run(100)
    assert station.resolved == []


async def test_an_intensified_server_is_asked_every_ten_seconds_and_the_others_are_not() -> None:
    station = Station(estate(servers=("web-1", "web-2")))
    await station.run()
    station.watch.intensify("web-2", station.now + timedelta(minutes=10))
    assert station.watch.due_at(station.now) == station.now + timedelta(seconds=10)
    station.says[up("web-2")] = 0
    cycle = await station.run(step=10)
    assert not cycle.whole
    assert cycle.intensified == ("web-2",)
    assert set(station.source.asked[-1].servers.values()) == {"web-2"}
    await station.run(step=10)
    assert [alert.server for alert in station.raised] == ["web-2"]
    wholes = [(await station.run(step=10)).whole for _ in range(8)]
    assert wholes.count(True) == 1
    assert station.watch.due_at(station.now + timedelta(hours=1)) == station.watch.due_at(
        station.now + timedelta(hours=2)
    )
    late = await station.run(step=3600)
    assert late.whole
    assert late.intensified == ()


async def test_a_cycle_says_what_it_saw() -> None:
    station = Station(estate())
    station.source.unlisted = ("stray:9100",)
    station.source.gaps = (Gap(source="prometheus", what="disk_busy_ratio", reason="timeout"),)
    cycle = await station.run()
    assert cycle.unlisted == ("stray:9100",)
    assert cycle.gaps == station.source.gaps
    assert cycle.series == 2
    assert cycle.whole
    assert cycle.failing == ()
    assert cycle.readings[0].at == station.now
