"""Every adapter of the metrics port, each looking at its small place."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.metrics.exporters import Place, exporters, missing, prometheus
from tests.contract.metrics.replay import Recording, recording, replayed
from tests.contract.metrics.sight import Sight
from tests.loopback import always, answer, loopback
from watchkeeper.adapters.host.places import ThisHost
from watchkeeper.adapters.host.source import HostMetrics
from watchkeeper.adapters.prometheus.queries import Scope
from watchkeeper.adapters.prometheus.source import PrometheusMetrics
from watchkeeper.adapters.system.crew import InlineCrew, ThreadCrew
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.readings import Targets

WINDOW = timedelta(seconds=10)  # a scrape a second
RECORDED = ("prometheus", "victoriametrics")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Place]]:
    """Real exporters on loopback."""
    reason = missing("prometheus", "prometheus-node-exporter", "prometheus-blackbox-exporter")
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("exporters")
    with exporters(folder) as place:
        yield folder, place


@pytest.fixture(scope="session")
def prometheus_url(place: tuple[Path, Place]) -> Iterator[str]:
    """A real Prometheus over them, with half a minute of samples."""
    with prometheus(place[0]) as url:
        yield url


def sight_of(source: PrometheusMetrics, place: Place, start: float, end: float) -> Sight:
    return Sight(
        source=source,
        targets=place.targets(),
        here="here",
        unknown="unknown",
        good="good",
        bad="bad",
        start=from_unix(start),
        end=from_unix(end),
        step=timedelta(seconds=1),
    )


def asking(url: str) -> PrometheusMetrics:
    endpoint = Endpoint(source="prom", url=url)
    return PrometheusMetrics(endpoint, SystemClock(), InlineCrew(), Scope(window=WINDOW))


@pytest.fixture
async def live(place: tuple[Path, Place], prometheus_url: str) -> AsyncIterator[Sight]:
    source = asking(prometheus_url)
    now = SystemClock().now().timestamp()
    yield sight_of(source, place[1], now - 20, now)
    await source.close()


async def recorded_sight(recorded: Recording) -> AsyncIterator[Sight]:
    place = Place(node=recorded.node, blackbox=recorded.blackbox, dead=recorded.dead)
    async with replayed(recorded) as url:
        source = asking(url)
        yield sight_of(source, place, recorded.start, recorded.end)
        await source.close()


@pytest.fixture
async def replayed_prometheus() -> AsyncIterator[Sight]:
    async for sight in recorded_sight(recording("prometheus")):
        yield sight


@pytest.fixture
async def replayed_victoriametrics() -> AsyncIterator[Sight]:
    async for sight in recorded_sight(recording("victoriametrics")):
        yield sight


@pytest.fixture
async def host() -> AsyncIterator[Sight]:
    """This machine itself, with a service that answers and one that does not."""
    clock, crew = SystemClock(), ThreadCrew()
    async with loopback(always(answer(b"fine"))) as good:
        services = (
            Service(name="good", server="here", probe=good),
            Service(name="bad", server="here", probe="tcp://127.0.0.1:1"),
        )
        estate = Estate(servers=(Server(name="here"),), services=services)
        source = HostMetrics(ThisHost(lambda: estate), clock, crew)
        targets = Targets(servers={"here": "here", "unknown:9100": "unknown"})
        started = clock.now()
        for _ in range(2):  # rates need two readings
            await source.read(targets)
            await asyncio.sleep(0.3)
        yield Sight(
            source=source,
            targets=targets,
            here="here",
            unknown="unknown",
            good="good",
            bad="bad",
            start=started,
            end=started + timedelta(seconds=5),
            step=timedelta(seconds=1),
        )
        await crew.close()


@pytest.fixture(
    params=[
        pytest.param("live", marks=pytest.mark.live("prometheus")),
        pytest.param("replayed_prometheus", marks=pytest.mark.recorded("prometheus")),
        pytest.param("replayed_victoriametrics", marks=pytest.mark.recorded("victoriametrics")),
        pytest.param("host", marks=pytest.mark.live("host")),
    ]
)
def sight(request: pytest.FixtureRequest) -> Sight:
    """Each adapter in turn."""
    found: Sight = request.getfixturevalue(request.param)
    return found
