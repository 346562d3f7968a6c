"""What every metric source keeps to."""

from datetime import timedelta

import numpy as np
import pytest

from tests.contract.metrics.sight import Sight
from watchkeeper.domain.metric import CATALOGUE, SERVICE_PROCESSES, Unit
from watchkeeper.domain.readings import Readings, Series

METRICS = {metric.name: metric for metric in CATALOGUE}
ON_EVERY_SERVER = {m.name for m in CATALOGUE} - {SERVICE_PROCESSES.name, "swap_used_ratio"}


def value(readings: Readings, metric: str, server: str, part: str = "") -> float:
    row = readings.series.index(Series(server=server, metric=metric, part=part))
    return float(readings.values[row])


async def test_one_value_for_every_series(sight: Sight) -> None:
    readings = await sight.source.read(sight.targets)
    assert readings.source == sight.source.name
    assert readings.at.utcoffset() == timedelta(0)
    assert readings.values.shape == (len(readings.series),)
    assert readings.values.dtype == np.float64
    assert len(set(readings.series)) == len(readings.series)


async def test_every_row_is_catalogued_and_has_a_part_where_the_catalogue_says_so(
    sight: Sight,
) -> None:
    readings = await sight.source.read(sight.targets)
    for series in readings.series:
        assert bool(series.part) == bool(METRICS[series.metric].part), series


async def test_values_are_in_their_unit(sight: Sight) -> None:
    readings = await sight.source.read(sight.targets)
    allowed = {Unit.RATIO: (0, 1), Unit.STATE: (0, 1)}
    for series, read in zip(readings.series, readings.values, strict=True):
        low, high = allowed.get(METRICS[series.metric].unit, (0, 1e9))
        assert low <= read <= high, series
        assert METRICS[series.metric].unit is not Unit.STATE or read in (0, 1)


async def test_a_server_that_answers_has_every_metric(sight: Sight) -> None:
    readings = await sight.source.read(sight.targets)
    seen = {series.metric for series in readings.series if series.server == sight.here}
    assert seen >= ON_EVERY_SERVER
    assert value(readings, "up", sight.here) == 1
    assert 0 < value(readings, "filesystem_free_ratio", sight.here, "/") < 1
    assert 0 < value(readings, "memory_available_ratio", sight.here) < 1


async def test_a_probe_says_who_answers(sight: Sight) -> None:
    readings = await sight.source.read(sight.targets)
    assert value(readings, "probe_success", sight.here, sight.good) == 1
    assert value(readings, "probe_success", sight.here, sight.bad) == 0


async def test_rows_are_only_of_servers_that_were_asked_for(sight: Sight) -> None:
    readings = await sight.source.read(sight.targets)
    assert {series.server for series in readings.series} <= set(sight.targets.servers.values())


async def test_a_server_without_an_answer_has_no_row(sight: Sight) -> None:
    readings = await sight.source.read(sight.targets)
    assert sight.unknown not in {series.server for series in readings.series}


async def test_gaps_say_whose_they_are_and_why(sight: Sight) -> None:
    readings = await sight.source.read(sight.targets)
    for gap in readings.gaps:
        assert gap.source == sight.source.name
        assert gap.what
        assert gap.reason
        assert gap.what not in METRICS


@pytest.mark.parametrize("metric", ["up", "cpu_busy_ratio", "filesystem_free_ratio"])
async def test_the_past_stands_in_even_columns(sight: Sight, metric: str) -> None:
    history = await sight.source.history(metric, sight.targets, sight.start, sight.end, sight.step)
    assert history.source == sight.source.name
    assert history.values.shape == (len(history.series), len(history.times))
    assert np.diff(history.times) == pytest.approx(sight.step.total_seconds())
    assert sight.start.timestamp() <= history.times[0]
    assert history.times[-1] <= sight.end.timestamp()
    assert {series.metric for series in history.series} == {metric}


async def test_the_past_holds_what_was_read(sight: Sight) -> None:
    history = await sight.source.history("up", sight.targets, sight.start, sight.end, sight.step)
    row = history.values[history.series.index(Series(server=sight.here, metric="up"))]
    assert (row[~np.isnan(row)] == 1).all()
    assert not np.isnan(row).all()


async def test_before_the_beginning_there_is_nothing_rather_than_a_guess(sight: Sight) -> None:
    history = await sight.source.history(
        "up", sight.targets, sight.start - timedelta(days=9), sight.start - timedelta(days=8),
        timedelta(hours=1),
    )  # fmt: skip
    assert np.isnan(history.values).all()


async def test_the_past_of_an_unknown_server_has_no_row(sight: Sight) -> None:
    history = await sight.source.history("up", sight.targets, sight.start, sight.end, sight.step)
    assert sight.unknown not in {series.server for series in history.series}


async def test_a_span_without_a_column_is_empty(sight: Sight) -> None:
    history = await sight.source.history(
        "up", sight.targets, sight.end, sight.start, timedelta(seconds=1)
    )
    assert history.times.shape == (0,)
    assert history.values.shape == (len(history.series), 0)
