"""The tree's head outside the database: the newest one, and a trail of earlier ones."""

import fcntl
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from watchkeeper.adapters.sql.head_files import (
    EVERY,
    EVERY_ENTRIES,
    LINE_BYTES,
    NEWEST,
    TRAIL,
    HeadFiles,
    noted,
)
from watchkeeper.domain.merkle import TreeHead

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def head(size: int) -> TreeHead:
    return TreeHead(size=size, root=sha256(str(size).encode()).digest())


def sizes(folder: Path) -> list[int]:
    """Of the trail, then the newest."""
    return [each.size for each in noted(folder).heads]


def test_where_nothing_was_noted_everything_is_missing(tmp_path: Path) -> None:
    outside = noted(tmp_path)
    assert (outside.heads, outside.newest, outside.missing) == ((), 0, (TRAIL, NEWEST))


def test_the_newest_head_is_there_after_every_write(tmp_path: Path) -> None:
    files = HeadFiles(tmp_path)
    for size in (1, 2, 9):
        files.write(head(size), NOON)
        assert noted(tmp_path).heads[-1] == head(size)
    assert noted(tmp_path).missing == ()
    files.close()


def test_it_is_overwritten_in_one_piece_and_says_when(tmp_path: Path) -> None:
    files = HeadFiles(tmp_path)
    for size in (1, 123_456_789_012):
        files.write(head(size), NOON)
        line = (tmp_path / NEWEST).read_bytes()
        assert len(line) == LINE_BYTES
        said = {"size": size, "root": head(size).root.hex(), "at": "2026-11-25T12:00:00Z"}
        assert json.loads(line) == said
    files.close()


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    files = HeadFiles(tmp_path)
    files.write(head(1), NOON)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    files.close()


def test_the_trail_grows_by_entries(tmp_path: Path) -> None:
    files = HeadFiles(tmp_path)
    for size in range(1, 2 * EVERY_ENTRIES + 2):
        files.write(head(size), NOON)
    newest = 2 * EVERY_ENTRIES + 1
    assert sizes(tmp_path) == [1, EVERY_ENTRIES + 1, newest, newest]
    files.close()


def test_the_trail_grows_by_time(tmp_path: Path) -> None:
    files = HeadFiles(tmp_path)
    for size, after in ((1, 0 * SECOND), (2, EVERY - SECOND), (3, EVERY), (4, EVERY + SECOND)):
        files.write(head(size), NOON + after)
    assert sizes(tmp_path) == [1, 3, 4]
    files.close()


def test_the_head_that_the_last_process_left_goes_into_the_trail(tmp_path: Path) -> None:
    for start in (1, 10, 20):
        files = HeadFiles(tmp_path)
        for size in range(start, start + 5):
            files.write(head(size), NOON)
        files.close()
    assert sizes(tmp_path) == [1, 5, 14, 24]


def test_an_older_head_never_takes_the_place_of_a_newer_one(tmp_path: Path) -> None:
    """Two processes note what they committed, the earlier one later."""
    one, other = HeadFiles(tmp_path), HeadFiles(tmp_path)
    one.write(head(1), NOON)
    other.write(head(3), NOON)
    one.write(head(2), NOON)
    assert sizes(tmp_path)[-1] == 3
    one.write(head(4), NOON)
    other.write(head(5), NOON)
    assert sizes(tmp_path)[-1] == 5
    assert set(noted(tmp_path).heads) <= {head(size) for size in range(1, 6)}
    one.close()
    other.close()


def test_many_may_note_at_once(tmp_path: Path) -> None:
    def noting(first: int) -> None:
        files = HeadFiles(tmp_path)
        for size in range(first, 400, 4):
            files.write(head(size), NOON)
        files.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(noting, range(1, 5)))
    outside = noted(tmp_path)
    assert (outside.newest, outside.unreadable) == (399, 0)
    assert outside.heads[-1] == head(399)
    assert set(outside.heads) <= {head(size) for size in range(400)}


def test_who_notes_a_head_waits_for_whoever_is_at_it(tmp_path: Path) -> None:
    files = HeadFiles(tmp_path)
    files.write(head(1), NOON)
    with ThreadPoolExecutor(1) as threads, (tmp_path / NEWEST).open("rb") as newest:
        fcntl.flock(newest, fcntl.LOCK_EX)
        writing = threads.submit(files.write, head(2), NOON)
        with pytest.raises(TimeoutError):
            writing.result(0.05)
        fcntl.flock(newest, fcntl.LOCK_UN)
        writing.result(5)
    assert noted(tmp_path).newest == 2
    with (tmp_path / NEWEST).open("rb") as newest:
        fcntl.flock(newest, fcntl.LOCK_EX | fcntl.LOCK_NB)  # and lets the next one in
    files.close()


def test_a_file_that_was_taken_away_is_begun_anew(tmp_path: Path) -> None:
    files = HeadFiles(tmp_path)
    files.write(head(1), NOON)
    (tmp_path / NEWEST).unlink()
    files.write(head(2), NOON)
    assert noted(tmp_path).heads[-1] == head(2)
    (tmp_path / "another").write_bytes(b"")
    (tmp_path / "another").replace(tmp_path / NEWEST)
    files.write(head(3), NOON)
    assert noted(tmp_path).heads[-1] == head(3)
    files.close()


def test_a_file_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / NEWEST).mkdir()
    with pytest.raises(OSError, match="directory"):
        HeadFiles(tmp_path).write(head(1), NOON)


@pytest.mark.parametrize(
    "line", [b"half a li", b"{}", b'{"size": 1}', b'{"size": 1, "root": "xy"}', b"[1, 2]", b"\xff"]
)
def test_a_line_that_says_nothing_is_counted_and_overwritten(tmp_path: Path, line: bytes) -> None:
    (tmp_path / NEWEST).write_bytes(line)
    (tmp_path / TRAIL).write_bytes(line + b"\n\n" + line)
    assert noted(tmp_path).unreadable == 3
    files = HeadFiles(tmp_path)
    files.write(head(1), NOON)
    assert noted(tmp_path).heads[-1] == head(1)
    files.close()
