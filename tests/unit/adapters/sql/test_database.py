"""Opening the file: made durable and private, refused when it is something else."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from watchkeeper.adapters.sql.database import FILE, opened, opened_for_reading, reading
from watchkeeper.adapters.sql.tables import SCHEMA_VERSION
from watchkeeper.domain.merkle import EMPTY_ROOT
from watchkeeper.ports.errors import JournalFailed

OPENING: list[Callable[[Path], Engine]] = [opened, opened_for_reading]


def asked(engine: Engine, question: str) -> object:
    with reading(engine) as cursor:
        cursor.execute(question)
        [answer] = cursor.fetchall()
    return answer


def test_a_new_file_has_an_empty_tree_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / FILE
    engine = opened(path)
    assert asked(engine, "SELECT * FROM journal_head") == (1, SCHEMA_VERSION, 0, b"", EMPTY_ROOT)
    assert path.stat().st_mode & 0o777 == 0o600
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("recursive_triggers", 1)],
)
def test_every_connection_is_durable_and_guarded(
    tmp_path: Path, pragma: str, value: object
) -> None:
    for _ in range(2):
        engine = opened(tmp_path / FILE)
        assert asked(engine, f"PRAGMA {pragma}") == (value,)
        engine.dispose()


def test_what_is_there_stays_when_it_is_opened_again(tmp_path: Path) -> None:
    opened(tmp_path / FILE).dispose()
    with closing(sqlite3.connect(tmp_path / FILE)) as database, database:
        database.execute("INSERT INTO cursors VALUES ('router', 3)")
    engine = opened(tmp_path / FILE)
    assert asked(engine, "SELECT * FROM cursors") == ("router", 3)
    engine.dispose()


@pytest.mark.parametrize("name", ["plain", "with space", "per%20cent", "quest?mode=rw", "ha#sh"])
def test_a_reader_writes_nothing_wherever_it_lies(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    opened(folder / FILE).dispose()
    engine = opened_for_reading(folder / FILE)
    assert asked(engine, "SELECT size FROM journal_head") == (0,)
    with pytest.raises(JournalFailed, match="readonly"), reading(engine) as cursor:
        cursor.execute("DELETE FROM journal_head")
    engine.dispose()


def test_a_reader_makes_no_journal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no journal here"):
        opened_for_reading(tmp_path / FILE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("opening", OPENING)
def test_a_file_that_is_no_database_is_refused(
    tmp_path: Path, opening: Callable[[Path], Engine]
) -> None:
    (tmp_path / FILE).write_bytes(b"a shopping list" * 100)
    with pytest.raises(JournalFailed, match="not a database"):
        opening(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == b"a shopping list" * 100


def test_what_is_read_is_one_look(tmp_path: Path) -> None:
    """What others write meanwhile is not seen until the next look."""
    engine = opened(tmp_path / FILE)
    with reading(engine) as cursor:
        cursor.execute("SELECT count(*) FROM cursors")
        assert cursor.fetchone() == (0,)
        with closing(sqlite3.connect(tmp_path / FILE)) as database, database:
            database.execute("INSERT INTO cursors VALUES ('router', 3)")
        cursor.execute("SELECT count(*) FROM cursors")
        assert cursor.fetchone() == (0,)
    assert asked(engine, "SELECT count(*) FROM cursors") == (1,)
    engine.dispose()
