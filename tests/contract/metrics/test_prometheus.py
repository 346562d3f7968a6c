"""Prometheus and VictoriaMetrics in particular: real, and as they were recorded."""

import json
import math
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.contract.metrics.exporters import Place
from tests.contract.metrics.replay import recording
from tests.contract.metrics.sight import Sight
from watchkeeper.adapters.host.source import HostMetrics
from watchkeeper.adapters.prometheus.answers import column, refusal
from watchkeeper.adapters.prometheus.naming import naming
from watchkeeper.adapters.prometheus.queries import Query, Scope
from watchkeeper.adapters.prometheus.source import PrometheusMetrics
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.domain.readings import Readings, Series, Targets

RECORDED = [
    pytest.param("prometheus", marks=pytest.mark.recorded("prometheus")),
    pytest.param("victoriametrics", marks=pytest.mark.recorded("victoriametrics")),
]


def rows(readings: Readings, metric: str) -> dict[str, float]:
    return {
        series.part: float(value)
        for series, value in zip(readings.series, readings.values, strict=True)
        if series.metric == metric and series.server == "here"
    }


@pytest.mark.live("prometheus")
async def test_a_dead_exporter_is_down_and_an_unknown_server_is_a_gap(
    live: Sight, place: tuple[Path, Place]
) -> None:
    readings = await live.source.read(live.targets)
    row = readings.series.index(Series(server="dead", metric="up"))
    assert readings.values[row] == 0
    assert [gap.what for gap in readings.gaps] == ["unknown"]
    assert readings.unlisted == (place[1].blackbox,)


@pytest.mark.live("prometheus")
async def test_the_past_of_a_second_ago_agrees_with_the_present(live: Sight) -> None:
    readings = await live.source.read(live.targets)
    history = await live.source.history(
        "filesystem_free_ratio", live.targets, live.start, live.end, live.step
    )
    now = rows(readings, "filesystem_free_ratio")
    for series, past in zip(history.series, history.values, strict=True):
        known = past[~np.isnan(past)]
        assert known[-1] == pytest.approx(now[series.part], abs=0.05)


@pytest.mark.live("prometheus")
async def test_a_question_of_more_than_eleven_thousand_points_is_never_put(live: Sight) -> None:
    """Prometheus would refuse it; asked for in pieces it answers."""
    history = await live.source.history(
        "up", live.targets, live.end - timedelta(seconds=12_500), live.end, live.step
    )
    assert history.gaps == ()
    assert history.values.shape[1] in (12_500, 12_501)
    assert not np.isnan(history.values[:, -10:]).all()


@pytest.mark.live("prometheus")
async def test_labels_of_the_configuration_narrow_every_question(
    live: Sight, prometheus_url: str
) -> None:
    elsewhere = Scope(labels={"job": 'no "such" job\\'})
    source = PrometheusMetrics(
        Endpoint(source="prom", url=prometheus_url), SystemClock(), InlineCrew(), elsewhere
    )
    readings = await source.read(live.targets)
    await source.close()
    assert readings.series == ()
    assert {"here", "dead", "unknown"} <= {gap.what for gap in readings.gaps}


@pytest.mark.live("prometheus")
async def test_this_host_says_of_itself_what_its_node_exporter_says(
    live: Sight, host: Sight
) -> None:
    """The same mounts and devices by the same names, the same levels, give or take a moment."""
    theirs, ours = await live.source.read(live.targets), await host.source.read(host.targets)
    for metric in ("filesystem_free_ratio", "inodes_free_ratio", "memory_available_ratio"):
        assert rows(ours, metric) == pytest.approx(rows(theirs, metric), abs=0.02)
    assert rows(ours, "load_per_core") == pytest.approx(rows(theirs, "load_per_core"), abs=1.0)
    for metric in ("disk_busy_ratio", "network_errors_per_second"):
        assert rows(ours, metric).keys() == rows(theirs, metric).keys()
    assert isinstance(host.source, HostMetrics)


def told(system: str, query: str) -> tuple[int, bytes]:
    """What was recorded for a question that the adapter never asks; nameless series get a name."""
    found = next(each for each in recording(system).exchanges if each["query"] == query)
    body = json.dumps(found["body"]).encode()
    return found["status"], body.replace(b'"metric": {}', b'"metric": {"instance": "here"}')


def read(body: bytes) -> list[float]:
    known = naming(Targets(servers={"here": "here"}))
    return list(column(body, Query(metric="load_per_core", text=""), known).values.values())


@pytest.mark.parametrize(
    ("system", "status"),
    [
        pytest.param("prometheus", 400, marks=pytest.mark.recorded("prometheus")),
        pytest.param("victoriametrics", 422, marks=pytest.mark.recorded("victoriametrics")),
    ],
)
def test_a_bad_query_is_explained(system: str, status: int) -> None:
    found, body = told(system, "up{job=")
    assert found == status
    assert "up{job=" in refusal(body) or "parse error" in refusal(body)


@pytest.mark.recorded("prometheus")
def test_prometheus_says_nan() -> None:
    [value] = read(told("prometheus", "0/vector(0)")[1])
    assert math.isnan(value)


@pytest.mark.recorded("victoriametrics")
def test_victoriametrics_leaves_nan_out() -> None:
    assert read(told("victoriametrics", "0/vector(0)")[1]) == []


@pytest.mark.parametrize("system", RECORDED)
def test_infinity_is_a_word(system: str) -> None:
    assert read(told(system, "1/vector(0)")[1]) == [math.inf]


@pytest.mark.parametrize("system", RECORDED)
def test_what_is_not_there_is_an_empty_answer(system: str) -> None:
    assert read(told(system, "no_such_metric")[1]) == []
