"""This host as a metric source: what is missing is a Gap, never an invented number."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from tests.unit.adapters.host.programs import daemon
from watchkeeper.adapters.host import source as source_module
from watchkeeper.adapters.host.places import ThisHost
from watchkeeper.adapters.host.source import HostMetrics
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.readings import Readings, Series, Targets

T = TypeVar("T")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HERE = Targets(servers={"here": "here"})
RATES = {"cpu_busy_ratio", "disk_busy_ratio", "network_errors_per_second"}


def host(*services: Service) -> ThisHost:
    estate = Estate(servers=(Server(name="here"),), services=services)
    return ThisHost(lambda: estate)


def watched(*services: Service) -> HostMetrics:
    return HostMetrics(host(*services), ManualClock(NOON), InlineCrew())


def processes_of(readings: Readings, service: str) -> float:
    row = Series(server="here", metric="service_processes", part=service)
    return float(readings.values[readings.series.index(row)])


async def test_the_first_reading_has_no_rates_and_says_why() -> None:
    readings = await watched().read(HERE)
    assert {gap.what for gap in readings.gaps} == RATES
    assert {gap.reason for gap in readings.gaps} == {"needs two readings"}
    assert not RATES & {series.metric for series in readings.series}
    assert readings.at == NOON


async def test_a_service_is_counted_while_it_lives(tmp_path: Path) -> None:
    with daemon(tmp_path, "wk-counted", workers=2) as running:
        shop = Service(
            name="shop", server="here", process="wk-counted", pid_file=str(running.pid_file)
        )
        source = watched(shop)
        assert processes_of(await source.read(HERE), "shop") == 3
        running.kill_all()
        assert processes_of(await source.read(HERE), "shop") == 0


async def test_leftovers_that_still_answer_do_not_make_a_service_live(tmp_path: Path) -> None:
    with daemon(tmp_path, "wk-left", workers=2) as running:
        shop = Service(
            name="shop", server="here", process="wk-left", pid_file=str(running.pid_file)
        )
        running.kill_main()
        assert processes_of(await watched(shop).read(HERE), "shop") == 0


async def test_services_that_cannot_be_told_apart_are_gaps_by_name(tmp_path: Path) -> None:
    one = Service(name="one", server="here", process="wk-same")
    other = Service(name="other", server="here", process="wk-same")
    with daemon(tmp_path, "wk-same"):
        readings = await watched(one, other).read(HERE)
    unknown = {gap.what for gap in readings.gaps} - RATES
    assert unknown == {"service_processes{one}", "service_processes{other}"}


async def test_a_service_with_nothing_to_count_is_no_gap() -> None:
    readings = await watched(Service(name="mystery", server="here")).read(HERE)
    assert {gap.what for gap in readings.gaps} == RATES


async def test_services_of_other_servers_are_not_looked_for_here() -> None:
    readings = await watched(Service(name="far", server="there", probe="tcp://127.0.0.1:1")).read(
        Targets(servers={"here": "here", "there": "there"})
    )
    assert {series.server for series in readings.series} == {"here"}
    assert "far" not in {series.part for series in readings.series}


async def test_it_says_nothing_when_it_is_not_asked_for() -> None:
    readings = await watched().read(Targets(servers={"there": "there"}))
    assert (readings.series, readings.gaps) == ((), ())


class StuckCrew:
    """A file system hangs: what is handed over does not come back for a while."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.handed = 0

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        self.handed += 1
        await self.gate.wait()
        return work(*arguments)


async def test_a_host_that_hangs_is_gaps_and_only_one_look_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source_module, "LOOK_SECONDS", 0.05)
    crew, clock = StuckCrew(), ManualClock(NOON)
    source = HostMetrics(host(), clock, crew)
    for _ in range(3):
        readings = await source.read(HERE)
        assert [series.metric for series in readings.series] == ["up"]
        assert {"cpu_busy_ratio", "filesystem_free_ratio", "service_processes"} <= {
            gap.what for gap in readings.gaps if gap.reason.startswith("timeout")
        }
        clock.advance(timedelta(seconds=10))
    assert crew.handed == 1
    monkeypatch.undo()
    crew.gate.set()
    assert "load_per_core" in {series.metric for series in (await source.read(HERE)).series}


async def test_a_service_that_a_reload_brings_is_watched_from_the_next_reading() -> None:
    estate = Estate(servers=(Server(name="here"),))
    source = HostMetrics(ThisHost(lambda: estate), ManualClock(NOON), InlineCrew())
    await source.read(HERE)
    shop = Service(name="shop", server="here", process="wk-no-such-process")
    estate = replace(estate, services=(shop,))
    assert processes_of(await source.read(HERE), "shop") == 0.0
