"""Numbers come as strings, and some are no numbers."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.prometheus.answers import (
    AnswerMalformed,
    block,
    column,
    refusal,
)
from watchkeeper.adapters.prometheus.naming import naming
from watchkeeper.adapters.prometheus.queries import Query, Scope, queries
from watchkeeper.domain.readings import Series, Targets

QUERIES = {query.metric: query for query in queries(Scope())}
KNOWN = naming(Targets(servers={"web-1:9100": "web", "web-1:9104": "web", "db-1": "db"}))


def vector(*samples: tuple[dict[str, str], str], **more: object) -> bytes:
    result = [{"metric": labels, "value": [1795473887.1, text]} for labels, text in samples]
    data = {"resultType": "vector", "result": result}
    return json.dumps({"status": "success", "data": data, **more}).encode()


def matrix(*rows: tuple[dict[str, str], list[tuple[float, str]]]) -> bytes:
    result = [{"metric": labels, "values": points} for labels, points in rows]
    return json.dumps(
        {"status": "success", "data": {"resultType": "matrix", "result": result}}
    ).encode()


def read(text: str, metric: str = "load_per_core") -> float:
    found = column(vector(({"instance": "db-1"}, text)), QUERIES[metric], KNOWN)
    return found.values[Series(server="db", metric=metric)]


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("4.26", 4.26), ("1e-05", 1e-5)])
def test_a_number(text: str, value: float) -> None:
    assert read(text) == value


def test_nan_and_infinities_stay_what_they_are() -> None:
    assert math.isnan(read("NaN"))
    assert read("+Inf") == math.inf
    assert read("-Inf") == -math.inf
    assert read("+Inf", "cpu_busy_ratio") == math.inf


def test_a_rate_that_overshoots_is_brought_back_into_its_unit() -> None:
    assert read("1.0000003", "cpu_busy_ratio") == 1.0
    assert read("-0.002", "cpu_busy_ratio") == 0.0
    assert read("1.7", "load_per_core") == 1.7


@given(st.floats())
def test_any_float_that_go_prints_is_read_back(value: float) -> None:
    text = {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, repr(value))
    back = read("NaN" if math.isnan(value) else text)
    assert back == value or (math.isnan(back) and math.isnan(value))


@settings(deadline=None)
@given(st.binary())
def test_bytes_that_are_no_answer_are_malformed_and_nothing_else(body: bytes) -> None:
    for parse in (
        lambda: column(body, QUERIES["up"], KNOWN),
        lambda: block(body, QUERIES["up"], KNOWN, np.arange(3.0)),
    ):
        with pytest.raises(AnswerMalformed):
            parse()
    assert isinstance(refusal(body), str)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(json_values, st.sampled_from(["result", "data", "whole", "value"]))
def test_json_of_another_shape_is_malformed(content: object, where: str) -> None:
    answer = {
        "result": {"status": "success", "data": {"resultType": "vector", "result": content}},
        "data": {"status": "success", "data": content},
        "whole": content,
        "value": {
            "status": "success",
            "data": {"resultType": "vector", "result": [{"metric": {}, "value": content}]},
        },
    }[where]
    try:
        found = column(json.dumps(answer).encode(), QUERIES["up"], KNOWN)
    except AnswerMalformed:
        return
    assert found.values == {}


@pytest.mark.parametrize("text", ["", "four", "0x10", "1,5"])
def test_a_value_that_is_no_number_is_malformed(text: str) -> None:
    with pytest.raises(AnswerMalformed):
        read(text)


def test_a_scalar_or_an_error_is_no_vector() -> None:
    scalar = {"status": "success", "data": {"resultType": "scalar", "result": [1, "4"]}}
    error = {"status": "error", "errorType": "bad_data", "error": "no"}
    for content in (scalar, error):
        with pytest.raises(AnswerMalformed):
            column(json.dumps(content).encode(), QUERIES["up"], KNOWN)
    assert refusal(json.dumps(error).encode()) == "no"


def test_of_two_instances_of_one_server_the_telling_one_counts() -> None:
    both = vector(({"instance": "web-1:9100"}, "0"), ({"instance": "web-1:9104"}, "1"))
    up = column(both, QUERIES["up"], KNOWN)
    assert up.values == {Series(server="web", metric="up"): 1.0}
    memory = column(both, QUERIES["memory_available_ratio"], KNOWN)
    assert memory.values == {Series(server="web", metric="memory_available_ratio"): 0.0}
    half = vector(({"instance": "web-1:9100"}, "NaN"), ({"instance": "web-1:9104"}, "1"))
    assert column(half, QUERIES["up"], KNOWN).values == up.values


def test_what_nobody_listed_is_named_harmlessly() -> None:
    found = column(
        vector(({"instance": "x\x1b[2J"}, "1"), ({"instance": "app:1"}, "1"), ({}, "1")),
        QUERIES["up"],
        KNOWN,
    )
    assert found.unlisted == ("app:1", "x\ufffd[2J")
    assert found.values == {}


def test_a_mount_with_a_hostile_name_becomes_harmless() -> None:
    labels = {"instance": "db-1", "mountpoint": "/data\n\x1b]0;owned\x07" + "x" * 999}
    found = column(vector((labels, "0.5")), QUERIES["filesystem_free_ratio"], KNOWN)
    [series] = found.values
    assert series.part.startswith("/data\ufffd\ufffd]0;owned\ufffdx")
    assert len(series.part) == 255


def test_a_warning_is_kept() -> None:
    warned = column(vector(warnings=["store gone"]), QUERIES["up"], KNOWN)
    partial = column(vector(isPartial=True), QUERIES["up"], KNOWN)
    assert (warned.warning, partial.warning) == ("store gone", "the answer is partial")


def test_a_gap_in_a_range_stays_a_gap() -> None:
    times = np.array([10.0, 12.0, 14.0, 16.0])
    body = matrix(
        ({"instance": "web-1:9100"}, [(10, "1"), (14, "3"), (16.0004, "NaN"), (99, "9")]),
        ({"instance": "web-1:9104"}, [(12, "2"), (14, "1")]),
        ({"instance": "unknown"}, [(12, "2")]),
    )
    found = block(body, _plain("load_per_core"), KNOWN, times)
    [row] = found.rows.values()
    assert row[:3].tolist() == [1.0, 2.0, 3.0]
    assert math.isnan(row[3])


def _plain(metric: str) -> Query:
    return QUERIES[metric]
