"""Which lines speak of trouble, and of whose."""

import pytest

from watchkeeper.domain.estate import Service
from watchkeeper.knowledge.error_lines import is_error, mentions

ORDERS = Service(
    name="orders", server="db-1", unit="orders-api", probe="http://127.0.0.1:8082/health"
)


@pytest.mark.parametrize(
    "line",
    [
        "2026/03/04 12:00:01 [error] 17#17: *9 connect() failed",
        "ERROR: out of cheese",
        "systemd[1]: orders.service: Failed with result 'exit-code'",
        "connect to 127.0.0.1:8082: connection refused",
        "upstream timed out (110: Connection timed out)",
        "read: timeout",
        "write /var/lib/x: no space left on device",
        "kernel: Out of memory: Killed process 17",
        "Traceback (most recent call last):",
        "panic: runtime error",
        "[crit] 17: permission denied",
        "503 Service Unavailable",
    ],
)
def test_a_line_that_speaks_of_trouble(line: str) -> None:
    assert is_error(line)


@pytest.mark.parametrize(
    "line",
    [
        "GET /orders 200 12ms",
        "listening on 127.0.0.1:8082",
        "failover is configured",  # a word that only begins like one
        "terrors of the deep loaded",
        "",
    ],
)
def test_a_line_that_does_not(line: str) -> None:
    assert not is_error(line)


@pytest.mark.parametrize(
    "line",
    [
        "orders is unavailable",
        "cannot reach orders: refused",
        "orders-api.service failed",
        "connect() to 127.0.0.1:8082 failed",
        "http://127.0.0.1:8082/health: 502",
    ],
)
def test_a_service_is_named_by_its_name_its_unit_or_its_probe_s_address(line: str) -> None:
    assert mentions(line, ORDERS)


@pytest.mark.parametrize(
    "line",
    [
        "reorders are unavailable",
        "orders_v2 failed",
        "old-orders failed",
        "orders-archive failed",
        "connect() to 127.0.0.1:80821 failed",
        "connect() to 1127.0.0.1:8082 failed",
        "",
    ],
)
def test_something_that_only_looks_like_its_name_is_not_it(line: str) -> None:
    assert not mentions(line, ORDERS)


def test_a_name_that_is_too_short_to_mean_anything_names_nobody() -> None:
    short = Service(name="db", server="db-1")
    assert not mentions("db is unavailable", short)
    assert mentions("dbx is unavailable", Service(name="dbx", server="db-1"))


def test_signs_in_a_name_stand_for_themselves() -> None:
    odd = Service(name="c++ (old)", server="db-1")
    assert not mentions("ccc old failed", odd)


def test_nobody_is_named_by_no_line() -> None:
    assert not mentions("orders is unavailable", None)
