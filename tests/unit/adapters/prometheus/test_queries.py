"""PromQL is built from constants, checked durations and escaped label values."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.adapters.prometheus.queries import (
    Scope,
    SelectorWrong,
    escaped,
    queries,
    window_for,
)
from watchkeeper.domain.metric import CATALOGUE, SERVICE_PROCESSES

STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def test_every_catalogued_metric_that_exporters_carry_is_asked_for_once() -> None:
    asked = [query.metric for query in queries(Scope())]
    assert sorted(asked) == sorted(m.name for m in CATALOGUE if m != SERVICE_PROCESSES)


def test_parts_are_asked_for_exactly_where_the_catalogue_has_them() -> None:
    by_label = {"mount": "mountpoint", "device": "device", "service": "", None: ""}
    parts = {query.metric: query.part for query in queries(Scope())}
    assert parts == {m.name: by_label[m.part] for m in CATALOGUE if m != SERVICE_PROCESSES}


def test_no_query_knows_a_job_or_a_host() -> None:
    for query in queries(Scope()):
        assert "job=" not in query.text
        assert "instance=" not in query.text


def test_every_selector_of_every_query_carries_the_scope() -> None:
    scope = Scope(labels={"cluster": "eu-1", "env": "prod"}, window=timedelta(seconds=30))
    for query in queries(scope):
        names = re.findall(r"\b(?:node_\w+|up|probe_success)\b", query.text)
        assert query.text.count('cluster="eu-1",env="prod"}') == len(names)
        assert "[30s]" in query.text or "rate(" not in query.text


def test_every_query_but_up_is_narrowed_to_the_instances_asked_for() -> None:
    for query in queries(Scope(servers=r"(a\.b)(:[0-9]+)?", probes="(http://x)/*")):
        expected = {"up": "", "probe_success": 'instance=~"(http://x)/*"'}.get(
            query.metric, r'instance=~"(a\\.b)(:[0-9]+)?"'
        )
        names = re.findall(r"\b(?:node_\w+|up|probe_success)\b", query.text)
        assert not expected or query.text.count(expected) == len(names)
        assert ("instance=~" in query.text) == bool(expected)


@pytest.mark.parametrize("name", ["", "0ops", "a-b", 'a="x",b', "ä", "__name__}"])
def test_a_label_name_is_checked(name: str) -> None:
    with pytest.raises(SelectorWrong):
        Scope(labels={name: "x"})


def test_a_window_without_a_second_is_refused() -> None:
    with pytest.raises(SelectorWrong):
        Scope(window=timedelta(milliseconds=500))


@given(st.text())
def test_a_label_value_never_leaves_its_quotes(text: str) -> None:
    assert STRING.fullmatch(f'"{escaped(text)}"')


@given(st.text())
def test_a_label_value_is_read_back_as_it_was(text: str) -> None:
    read = re.sub(
        r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], escaped(text), flags=re.S
    )
    assert read == text


def test_a_rate_window_holds_several_scrapes() -> None:
    assert window_for(timedelta(seconds=1)) == timedelta(seconds=10)
    assert window_for(timedelta(seconds=15)) == timedelta(minutes=1)
    assert window_for(timedelta(minutes=1)) == timedelta(minutes=4)
