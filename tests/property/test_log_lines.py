"""Whatever a log file holds, reading it gives bounded, harmless lines in order."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.logs.stamps import written_at
from watchkeeper.adapters.logs.tail import LINE_LIMIT, Window, end_of, tailed

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = Window(start=NOON - timedelta(days=400), end=datetime(2100, 1, 1, tzinfo=UTC))
instants = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
pieces = st.sampled_from(
    [
        "2026",
        "-11-24",
        "T",
        " ",
        "12:00:00",
        "Z",
        "+01:00",
        "Nov",
        "24",
        "/",
        "[",
        "]",
        "99",
        "Feb 30 ",
    ]
)


@settings(deadline=None)
@given(st.text() | st.lists(pieces).map("".join))
def test_any_line_has_a_time_in_utc_or_none(line: str) -> None:
    at = written_at(line, NOON)
    assert at is None or at.utcoffset() == timedelta(0)


@given(instants)
def test_a_time_is_read_back_to_the_microsecond(instant: datetime) -> None:
    assert written_at(f"{instant.isoformat()} x", NOON) == instant


@given(st.datetimes(datetime(2025, 11, 26), datetime(2026, 11, 24, 12)))  # noqa: DTZ001
def test_a_year_that_is_left_out_is_the_newest_that_fits(moment: datetime) -> None:
    at = written_at(f"{moment:%b %e %H:%M:%S} host x", NOON)
    assert at is not None
    assert NOON - timedelta(days=367) < at <= NOON + timedelta(days=1)


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_lines(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.log"
        path.write_bytes(content)
        placed = tailed(str(path), WINDOW)
    assert len(placed) <= content.count(b"\n") + 1
    for each in placed:
        assert len(each.line.text) <= LINE_LIMIT
        assert len(each.line.text.splitlines()) <= 1
        assert "\x1b" not in each.line.text


@settings(deadline=None)
@given(st.lists(st.text("abc", min_size=1, max_size=20), max_size=50), st.integers(1, 400))
def test_the_end_of_a_file_is_whole_lines_from_its_end(lines: list[str], limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.log"
        path.write_text("".join(f"{line}\n" for line in lines))
        tail = end_of(str(path), limit)
    assert list(tail.lines) == lines[len(lines) - len(tail.lines) :]
    assert tail.whole == (sum(len(line) + 1 for line in lines) <= limit)
    if tail.whole:
        assert len(tail.lines) == len(lines)
