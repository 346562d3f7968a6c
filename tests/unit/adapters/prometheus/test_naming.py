"""Whose an instance is, with or without a port."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.prometheus.naming import (
    naming,
    probe_pattern,
    server_pattern,
    without_port,
)
from watchkeeper.domain.readings import ProbeTarget, Series, Targets

TARGETS = Targets(
    servers={"web-1": "web", "10.0.0.2:9100": "db", "127.0.0.1:9101": "a", "127.0.0.1:9102": "b"},
    probes=(
        ProbeTarget(instance="http://shop/", server="web", service="shop"),
        ProbeTarget(instance="http://shop/", server="web", service="basket"),
    ),
)


@pytest.mark.parametrize(
    ("instance", "server"),
    [
        ("web-1", "web"),
        ("web-1:9100", "web"),
        ("web-1:9104", "web"),
        ("10.0.0.2:9100", "db"),
        ("10.0.0.2", "db"),
        ("10.0.0.2:9104", None),  # another exporter than the one that is listed
        ("127.0.0.1:9101", "a"),
        ("127.0.0.1:9102", "b"),
        ("127.0.0.1", None),  # two servers: nobody's alone
        ("127.0.0.1:9090", None),
        ("web-10", None),
        ("", None),
    ],
)
def test_the_server_of_an_instance(instance: str, server: str | None) -> None:
    assert naming(TARGETS).server(instance) == server


@pytest.mark.parametrize("address", ["http://shop/", "http://shop"])
def test_a_probe_may_be_two_services(address: str) -> None:
    rows = list(naming(TARGETS).series("probe_success", address, ""))
    assert rows == [
        Series(server="web", metric="probe_success", part="shop"),
        Series(server="web", metric="probe_success", part="basket"),
    ]
    assert naming(TARGETS).lists(address)


@pytest.mark.parametrize(
    ("instance", "host"),
    [
        ("web:9100", "web"),
        ("[::1]:9100", "[::1]"),
        ("::1", "::1"),
        ("fe80::9100", "fe80::9100"),
        ("web", "web"),
        ("web:port", "web:port"),
    ],
)
def test_the_port_is_cut_off_only_where_there_is_one(instance: str, host: str) -> None:
    assert without_port(instance) == host


names = st.text(st.sampled_from('ab.:-[]()|+*/ \\"é0199'), max_size=12)


@settings(deadline=None)
@given(st.dictionaries(names, st.just("web"), max_size=4), names)
def test_the_pattern_leaves_out_no_instance_of_a_listed_server(
    servers: dict[str, str], instance: str
) -> None:
    targets = Targets(servers=servers)
    for each in (instance, *servers, *(f"{name}:9100" for name in servers)):
        if naming(targets).server(each) is not None:
            assert re.fullmatch(server_pattern(targets), each)


@given(st.lists(names, max_size=4), st.integers(0, 2))
def test_the_pattern_leaves_out_no_listed_probe(addresses: list[str], slashes: int) -> None:
    targets = Targets(
        probes=tuple(ProbeTarget(instance=a, server="web", service="x") for a in addresses)
    )
    for address in addresses:
        assert re.fullmatch(probe_pattern(targets), address + "/" * slashes)
        assert naming(targets).lists(address + "/" * slashes)


def test_nobody_listed_is_no_pattern() -> None:
    assert server_pattern(Targets()) == probe_pattern(Targets()) == ""
