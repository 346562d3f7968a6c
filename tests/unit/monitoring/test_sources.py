"""Sources that fail, and what is not concluded from it."""

from tests.unit.monitoring.station import NAN, START, Station, cpu, estate, probe, up
from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.events.sources import SourceLost, SourceRecovered
from watchkeeper.domain.readings import Gap

TEN = tuple(f"web-{number}" for number in range(1, 11))


async def test_a_lost_source_is_told_once_and_raises_no_server_alert() -> None:
    station = Station(estate(servers=TEN))
    await station.run(3)
    station.source.fails = "refused"
    cycle = await station.run()
    assert station.said == []
    assert cycle.failing == ("prometheus",)
    assert Gap(source="prometheus", what="all", reason="refused") in cycle.gaps
    await station.run(60)
    assert station.said == [SourceLost(source="prometheus", reason="refused")]
    assert station.entries[0].stream == "source/prometheus"


async def test_a_source_that_answers_again_is_told_and_judged_at_once() -> None:
    station = Station(estate())
    await station.run()
    station.source.fails = "timeout"
    await station.run(5)
    station.source.fails = ""
    station.says[probe("shop")] = 0
    await station.run()
    assert station.said[1:] == [SourceRecovered(source="prometheus")]
    await station.run()
    assert len(station.raised) == 1


async def test_one_failed_answer_is_not_a_loss() -> None:
    station = Station(estate())
    for _ in range(5):
        station.source.fails = "timeout"
        await station.run()
        station.source.fails = ""
        await station.run()
    assert station.said == []


async def test_while_a_source_is_lost_its_alerts_neither_grow_nor_end() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run(3)
    station.source.fails = "refused"
    station.says[probe("shop")] = 1
    await station.run(30)
    assert station.resolved == []
    station.source.fails = ""
    await station.run(2)
    assert station.resolved == []
    await station.run()
    assert len(station.resolved) == 1


async def test_a_restart_while_a_source_is_lost_does_not_tell_it_again() -> None:
    station = Station(estate())
    station.source.fails = "refused"
    await station.run(3)
    station.restart()
    await station.run(10)
    assert len(station.said) == 1
    station.source.fails = ""
    station.restart()
    await station.run()
    assert [type(body) for body in station.said] == [SourceLost, SourceRecovered]


async def test_a_second_loss_is_told_in_the_same_stream() -> None:
    station = Station(estate())
    for _ in range(2):
        station.source.fails = "refused"
        await station.run(3)
        station.source.fails = ""
        await station.run(3)
    assert [type(body) for body in station.said] == [SourceLost, SourceRecovered] * 2
    held = await station.journal.held("source/prometheus")
    assert held is not None
    assert held.state.losses == 2


async def test_a_server_that_its_source_knows_no_more_has_vanished() -> None:
    station = Station(estate(servers=TEN))
    await station.run(3)
    del station.says[up("web-7")]
    await station.run()
    assert station.raised == []
    await station.run()
    (alert,) = station.raised
    assert alert.server == "web-7"
    (anomaly,) = alert.anomalies
    assert (anomaly.kind, anomaly.metric, anomaly.value) == (AnomalyKind.VANISHED, "up", None)
    await station.run(50)
    assert len(station.raised) == 1
    station.says[up("web-7")] = 1
    await station.run(3)
    assert len(station.resolved) == 1


async def test_a_vanished_server_stays_so_over_a_restart() -> None:
    station = Station(estate(servers=TEN))
    await station.run(3)
    del station.says[up("web-7")]
    await station.run(3)
    station.restart()
    await station.run(50)
    assert len(station.said) == 1
    station.says[up("web-7")] = 1
    await station.run(3)
    assert len(station.resolved) == 1


async def test_a_server_that_was_there_yesterday_has_vanished_also_for_a_new_watch() -> None:
    station = Station(estate(servers=TEN))
    station.source.remembers = True
    await station.watch.back_fill(START)
    del station.says[up("web-7")]
    await station.run(2)
    assert [alert.server for alert in station.raised] == ["web-7"]


async def test_a_server_that_no_source_ever_knew_is_a_gap_and_no_alert() -> None:
    station = Station(estate(servers=TEN))
    del station.says[up("web-7")]
    cycle = await station.run(10)
    assert station.raised == []
    assert [gap.what for gap in cycle.gaps] == ["web-7"]


async def test_more_than_a_fifth_of_the_servers_gone_is_one_lost_source() -> None:
    station = Station(estate(servers=TEN))
    await station.run(3)
    for server in ("web-2", "web-5", "web-9"):
        del station.says[up(server)]
    station.says[probe("shop")] = 0
    await station.run(20)
    assert station.said == [SourceLost(source="prometheus", reason="absent")]
    for server in ("web-2", "web-5", "web-9"):
        station.says[up(server)] = 1
    await station.run(2)
    assert isinstance(station.said[1], SourceRecovered)
    assert [alert.server for alert in station.raised] == ["web-1"]


async def test_servers_that_go_one_after_the_other_are_servers() -> None:
    station = Station(estate(servers=TEN))
    await station.run(3)
    for server in ("web-2", "web-5", "web-9"):
        del station.says[up(server)]
        await station.run(5)
    assert [alert.server for alert in station.raised] == ["web-2", "web-5", "web-9"]


async def test_a_source_that_answers_and_knows_nothing_any_more_is_lost() -> None:
    station = Station(estate())
    await station.run(3)
    station.says.clear()
    await station.run(10)
    assert station.said == [SourceLost(source="prometheus", reason="absent")]


async def test_a_metric_that_could_not_be_asked_is_no_absence() -> None:
    station = Station(estate(servers=TEN))
    await station.run(3)
    for server in TEN:
        del station.says[up(server)]
    station.source.gaps = (Gap(source="prometheus", what="up", reason="timeout"),)
    await station.run(10)
    assert station.said == []


async def test_where_two_sources_know_a_series_the_first_that_answers_wins() -> None:
    station = Station(estate(), sources=("prometheus", "host"))
    station.sources["host"].says = {up("web-1"): 1, probe("shop"): 0}
    await station.run(5)
    assert station.raised == []
    station.source.fails = "refused"
    await station.run(3)
    assert [type(body).__name__ for body in station.said] == ["SourceLost", "AlertRaised"]


async def test_not_a_number_is_said_after_a_while_and_is_neither_good_nor_bad() -> None:
    station = Station(estate())
    station.says[probe("shop")] = 0
    await station.run(3)
    station.says[probe("shop")] = NAN
    await station.run(10)
    (updated,) = station.updated
    assert {a.kind for a in updated.anomalies} == {AnomalyKind.THRESHOLD, AnomalyKind.INVALID}
    assert station.resolved == []
    station.says[probe("shop")] = 1
    await station.run(3)
    assert len(station.resolved) == 1


async def test_an_infinity_is_invalid_and_no_threshold_sees_it() -> None:
    station = Station(estate())
    station.says[cpu()] = float("inf")
    cycle = await station.run(30)
    assert [a.kind for a in cycle.anomalies] == [AnomalyKind.INVALID]
    assert len(station.raised) == 1


async def test_a_moment_of_nonsense_is_forgiven() -> None:
    station = Station(estate())
    await station.run(3)
    station.says[cpu()] = NAN
    await station.run(2)
    station.says[cpu()] = 0.3
    await station.run(5)
    assert station.said == []
