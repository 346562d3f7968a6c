"""Log files as they are found on hosts: rotated, unreadable, huge, without times."""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchkeeper.adapters.logs.source import HostLogs
from watchkeeper.adapters.logs.tail import TAIL_BYTES
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.domain.estate import Service
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.logs import LogLine

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
START = NOON - timedelta(minutes=30)


def stamped(minutes: float, text: str) -> str:
    """A line so many minutes before noon."""
    return f"{(NOON - timedelta(minutes=minutes)).isoformat()} {text}\n"


def changed(path: Path, minutes: float) -> None:
    """The file was last changed so many minutes before noon."""
    at = (NOON - timedelta(minutes=minutes)).timestamp()
    os.utime(path, (at, at))


async def read(
    *paths: Path, limit: int = 100, unit: str = "", journalctl: str = ""
) -> list[LogLine]:
    logs = HostLogs({"here"}.__contains__, InlineCrew(), journalctl or None)
    service = Service(
        name="shop", server="here", unit=unit, logs=tuple(str(path) for path in paths)
    )
    return list(await logs.lines(service, START, NOON, limit))


async def texts(*paths: Path) -> list[str]:
    return [line.text.partition(" ")[2] for line in await read(*paths)]


async def test_a_stack_trace_stays_with_its_error(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(
        stamped(40, "old error")
        + "  at old.py:1\n"
        + stamped(5, "new error")
        + "  at new.py:1\n"
        + "  at new.py:2\n"
    )
    lines = await read(log)
    assert [(line.at is None, line.text[-10:]) for line in lines] == [
        (False, " new error"),
        (True, "at new.py:1".strip()[-10:]),
        (True, "at new.py:2".strip()[-10:]),
    ]


async def test_the_file_rotated_away_is_read_where_the_new_one_begins_too_late(
    tmp_path: Path,
) -> None:
    log = tmp_path / "app.log"
    log.write_text(stamped(2, "fresh"))
    (tmp_path / "app.log.1").write_text(stamped(50, "too old") + stamped(20, "rotated"))
    assert await texts(log) == ["rotated", "fresh"]
    log.write_text(stamped(45, "long before") + stamped(2, "fresh"))
    assert await texts(log) == ["fresh"]


async def test_just_after_a_rotation_the_new_file_is_empty(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.touch()
    (tmp_path / "app.log.1").write_text(stamped(20, "rotated"))
    assert await texts(log) == ["rotated"]


async def test_rotation_by_date_and_what_is_compressed(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(stamped(2, "fresh"))
    (tmp_path / "app.log-20261122").write_text(stamped(2880, "before"))
    (tmp_path / "app.log-20261123").write_text(stamped(20, "yesterday's"))
    (tmp_path / "app.log-20261124.gz").write_bytes(gzip.compress(b"x"))
    assert await texts(log) == ["yesterday's", "fresh"]


async def test_of_a_huge_file_the_end_is_read(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    with log.open("w") as file:
        file.writelines(stamped(20, f"{n:>100}") for n in range(2 * TAIL_BYTES // 128))
        file.write(stamped(1, "the last"))
    lines = await read(log, limit=10_000)
    assert lines[-1].text.endswith("the last")
    assert sum(len(line.text) for line in lines) < TAIL_BYTES
    assert lines[0].at is not None


async def test_files_without_times_belong_to_their_last_change(tmp_path: Path) -> None:
    plain = tmp_path / "plain.log"
    plain.write_text("one\ntwo\n")
    changed(plain, minutes=5)
    lines = await read(plain)
    assert [(line.at, line.text) for line in lines] == [(None, "one"), (None, "two")]
    changed(plain, minutes=50)
    assert await read(plain) == []


async def test_several_files_become_one_story(tmp_path: Path) -> None:
    error, access = tmp_path / "error.log", tmp_path / "access.log"
    error.write_text(stamped(10, "upstream refused") + stamped(4, "upstream refused again"))
    access.write_text(stamped(9, "GET / 502") + stamped(3, "GET / 502"))
    assert [line.origin for line in await read(error, access)] == [
        str(error),
        str(access),
        str(error),
        str(access),
    ]


async def test_bytes_that_are_no_text_and_sequences_for_terminals(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(stamped(5, "bad ").encode().rstrip(b"\n") + b"\xff\xfe\x1b]0;pwned\x07\r\n")
    [line] = await read(log)
    assert line.text.endswith("bad \ufffd\ufffd\ufffd]0;pwned\ufffd")


async def unavailable(*paths: Path) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as caught:
        await read(*paths)
    return caught.value


async def test_a_file_that_is_not_there_or_no_file_is_named(tmp_path: Path) -> None:
    absent = await unavailable(tmp_path / "none.log")
    assert (absent.word, "none.log" in str(absent)) == ("absent", True)
    folder = await unavailable(tmp_path)
    assert folder.word in {"absent", "malformed"}
    os.mkfifo(tmp_path / "pipe.log")
    assert (await unavailable(tmp_path / "pipe.log")).word == "malformed"


async def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    secret = tmp_path / "secret.log"
    secret.write_text(stamped(5, "x"))
    secret.chmod(0)
    with nobody():
        denied = await unavailable(secret)
    assert (denied.word, "secret.log" in str(denied)) == ("denied", True)


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's right to read everything, where the tests run as root."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


async def test_one_log_of_two_that_cannot_be_read_is_told_beside_the_other(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(stamped(5, "error"))
    first, last = await read(log, tmp_path / "none.log")
    assert first.text.endswith("error")
    assert last.at is None
    assert "none.log" in last.text


async def test_no_logs_listed_and_another_servers_logs() -> None:
    logs = HostLogs({"here"}.__contains__, InlineCrew())
    for service in (
        Service(name="bare", server="here"),
        Service(name="far", server="there", logs=("/var/log/dpkg.log",)),
    ):
        with pytest.raises(SourceUnavailable) as caught:
            await logs.lines(service, START, NOON, 10)
        assert caught.value.word == "absent"


async def test_a_units_messages_stand_among_the_lines_of_its_files(tmp_path: Path) -> None:
    log, told = tmp_path / "app.log", tmp_path / "journalctl"
    log.write_text(stamped(10, "first") + stamped(2, "third"))
    at = int((NOON - timedelta(minutes=5)).timestamp() * 1_000_000)
    message = f'{{"__REALTIME_TIMESTAMP":"{at}","MESSAGE":"x second"}}'
    told.write_text(f"#!/bin/sh\necho '{message}'\n")
    told.chmod(0o755)
    lines = await read(log, unit="shop", journalctl=str(told))
    assert [line.text.partition(" ")[2] for line in lines] == ["first", "second", "third"]
    assert [line.origin for line in lines] == [str(log), "shop", str(log)]
