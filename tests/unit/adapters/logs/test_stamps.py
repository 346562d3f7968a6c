"""The times of real log lines, as servers write them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from watchkeeper.adapters.logs.stamps import written_at

NEWEST = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This host stands in Berlin: UTC+1 in winter, +2 in summer."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("2026-11-24T11:22:33Z app started", "2026-11-24T11:22:33"),
        ("2026-11-24T11:22:33.123456+01:00 app started", "2026-11-24T10:22:33.123456"),
        ("2026-11-24T11:22:33,5 app started", "2026-11-24T10:22:33.5"),
        ("2026-11-24 11:22:33.123 UTC [99] LOG:  ready", "2026-11-24T11:22:33.123"),
        ("2026-07-01 11:22:33 summer", "2026-07-01T09:22:33"),
        ('{"time":"2026-11-24T11:22:33.987654321Z","msg":"x"}', "2026-11-24T11:22:33.987654"),
        ("2026-11-24 11:22:33 -0530 odd zone", "2026-11-24T16:52:33"),
        ("2026/11/24 11:22:33 [error] 7#7: *1 connect() failed (111: Connection refused)",
         "2026-11-24T10:22:33"),
        ('10.0.0.1 - - [24/Nov/2026:11:22:33 +0100] "GET / HTTP/1.1" 502 157 "-" "curl"',
         "2026-11-24T10:22:33"),
        ("[Tue Nov 24 11:22:33.123456 2026] [core:error] [pid 7] AH00037",
         "2026-11-24T10:22:33.123456"),
        ("1234:M 24 Nov 2026 11:22:33.123 * Ready to accept connections",
         "2026-11-24T10:22:33.123"),
        ("Nov 24 11:22:33 web-1 kernel: Out of memory", "2026-11-24T10:22:33"),
        ("<34>Nov  4 11:22:33 web-1 su: failed", "2026-11-04T10:22:33"),
        ("Dec 31 23:59:59 web-1 cron: last year", "2025-12-31T22:59:59"),
        ("Nov 25 06:00:00 web-1 ahead by a little", "2026-11-25T05:00:00"),
        ("2016-12-31T23:59:60Z a leap second", "2016-12-31T23:59:59"),
    ],
)  # fmt: skip
def test_a_line_was_written_at(line: str, at: str) -> None:
    assert written_at(line, NEWEST) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "    at com.example.Shop.sell(Shop.java:42)",
        "[12345.678901] usb 1-1: new device",
        "2026-13-45 99:99:99 no such day",
        "Feb 30 11:22:33 no such day",
        "version 2026-11-24 was released",
        "x" * 200 + " 2026-11-24T11:22:33Z too far away to be its own",
    ],
)
def test_a_line_without_a_time(line: str) -> None:
    assert written_at(line, NEWEST) is None


def test_the_first_time_in_the_line_is_its_own() -> None:
    line = "2026-11-24T11:22:33Z certificate expires 2020-01-01T00:00:00Z"
    assert written_at(line, NEWEST) == NEWEST - timedelta(minutes=37, seconds=27)


def test_the_29th_of_february_is_in_a_leap_year() -> None:
    newest = datetime(2024, 3, 1, tzinfo=UTC)
    assert written_at("Feb 29 12:00:00 web-1 x", newest) == datetime(2024, 2, 29, 11, tzinfo=UTC)
