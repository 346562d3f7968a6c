"""Whatever the world does, an alert's story in the journal makes sense."""

import asyncio
from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.monitoring.station import NAN, Station, estate, probe, up
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated
from watchkeeper.domain.events.sources import SourceLost, SourceRecovered
from watchkeeper.monitoring.numbers import Pace

GOOD, BAD, ABSENT, NONSENSE = "good", "bad", "absent", "nan"
FAILS, RESTARTS, LEAPS = "fails", "restarts", "leaps"
moments = st.sampled_from([GOOD, GOOD, BAD, BAD, ABSENT, NONSENSE, FAILS, RESTARTS, LEAPS])

worlds = st.lists(st.tuples(moments, moments), min_size=1, max_size=40)


async def lived(world: Sequence[tuple[str, str]]) -> Station:
    """A watch on two services that live through this; half-way it is asked by another worker."""
    station = Station(estate(services=("shop", "search")), pace=Pace(quiet_cycles=3))
    for shop, search in world:
        for service, moment in (("shop", shop), ("search", search)):
            station.says[probe(service)] = {BAD: 0.0, NONSENSE: NAN}.get(moment, 1.0)
            if moment == ABSENT:
                del station.says[probe(service)]
        station.source.fails = "refused" if FAILS in (shop, search) else ""
        if RESTARTS in (shop, search):
            station.restart()
        await station.run(step=7200 if LEAPS in (shop, search) else None)
    return station


@settings(deadline=None, max_examples=60)
@given(worlds)
@example([(BAD, GOOD)] * 3 + [(FAILS, GOOD)] * 5 + [(GOOD, BAD)] * 6)
@example([(BAD, BAD)] * 3 + [(RESTARTS, GOOD), (GOOD, GOOD)] * 6)
def test_an_alert_is_raised_once_then_updated_then_resolved_once(
    world: list[tuple[str, str]],
) -> None:
    station = asyncio.run(lived(world))
    active: set[str] = set()
    lost: set[str] = set()
    for entry in station.entries:
        match entry.body:
            case AlertRaised(fingerprint=fingerprint, anomalies=anomalies):
                assert not active, "a server has one alert at a time"
                assert entry.stream == f"alert/{fingerprint}"
                assert anomalies
                active.add(entry.stream)
            case AlertUpdated(anomalies=anomalies):
                assert entry.stream in active
                assert len(set(anomalies)) == len(anomalies) > 0
            case AlertResolved(quiet_cycles=quiet_cycles):
                assert quiet_cycles >= 3
                active.remove(entry.stream)
            case SourceLost():
                assert entry.stream not in lost
                lost.add(entry.stream)
            case SourceRecovered():
                lost.remove(entry.stream)


@settings(deadline=None, max_examples=40)
@given(worlds)
def test_nothing_is_raised_that_was_not_bad_and_nothing_ends_that_was_not_good(
    world: list[tuple[str, str]],
) -> None:
    """Two bad answers of a service before its alert, three good ones before it leaves."""
    station = asyncio.run(lived(world))
    told = station.raised[0].anomalies if station.raised else ()
    for anomaly in told:
        place = ("shop", "search").index(anomaly.part)
        course = [moments[place] for moments in world]
        spoken = BAD if anomaly.rule == "service-answers" else NONSENSE
        assert course.count(spoken) >= 2
    if station.resolved:
        heard = [m for m in world if FAILS not in m]
        assert sum(GOOD in m or LEAPS in m or RESTARTS in m for m in heard) >= 3


@settings(deadline=None, max_examples=30)
@given(worlds)
def test_a_calm_world_ends_every_story(world: list[tuple[str, str]]) -> None:
    """However it went: when all is well for long enough, nothing is open."""

    async def calmed() -> Station:
        station = await lived(world)
        station.source.fails = ""
        station.says.update({probe("shop"): 1, probe("search"): 1, up("web-1"): 1})
        await station.run(60)
        return station

    station = asyncio.run(calmed())
    assert asyncio.run(station.active()) == []
    assert asyncio.run(station.journal.open_streams("source")) == ()
