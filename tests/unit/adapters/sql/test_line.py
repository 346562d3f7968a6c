"""A writer's own connection: all of a transaction or nothing, and nothing held afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from watchkeeper.adapters.sql.database import FILE, opened, reading
from watchkeeper.adapters.sql.line import DURABLE, FLEETING, Line, RowRefused
from watchkeeper.ports.errors import JournalFailed

AT_ONCE = 0.05  # how long a writer waits here for another one
ROW = "INSERT INTO cursors VALUES (?, ?)"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = opened(tmp_path / FILE, AT_ONCE)
    yield engine
    engine.dispose()


@pytest.fixture
def line(engine: Engine) -> Iterator[Line]:
    line = Line(engine)
    yield line
    line.close()


def cursors(engine: Engine) -> list[tuple[str, int]]:
    with reading(engine) as cursor:
        cursor.execute("SELECT name, position FROM cursors ORDER BY name")
        return list(cursor.fetchall())


def test_what_was_said_is_there_when_it_ends(engine: Engine, line: Line) -> None:
    with line.transaction() as cursor:
        cursor.execute(ROW, ("a", 1))
        assert cursors(engine) == [], "nobody sees half of it"
    assert cursors(engine) == [("a", 1)]


def test_whatever_goes_wrong_nothing_of_it_is_there(engine: Engine, line: Line) -> None:
    with pytest.raises(ZeroDivisionError), line.transaction() as cursor:
        cursor.execute(ROW, ("a", 1))
        raise ZeroDivisionError
    assert cursors(engine) == []
    with line.transaction() as cursor:
        cursor.execute(ROW, ("b", 2))
    assert cursors(engine) == [("b", 2)]


def test_a_row_that_contradicts_another_is_told_apart(engine: Engine, line: Line) -> None:
    with pytest.raises(RowRefused, match="UNIQUE"), line.transaction() as cursor:
        cursor.executemany(ROW, [("a", 1), ("a", 2)])
    with pytest.raises(JournalFailed, match="no such table") as told, line.transaction() as cursor:
        cursor.execute("INSERT INTO nowhere VALUES (1)")
    assert not isinstance(told.value, RowRefused)
    assert cursors(engine) == []


@pytest.mark.parametrize("many", [True, False])
def test_whoever_keeps_the_error_does_not_keep_the_lock(
    engine: Engine, line: Line, many: bool
) -> None:
    """Its traceback holds the cursor, and an unfinished statement would hold the transaction."""
    with pytest.raises(RowRefused) as kept, line.transaction() as cursor:
        if many:
            cursor.executemany(ROW, [("a", 1), ("a", 2)])
        else:
            cursor.execute(ROW, ("a", 1))
            cursor.execute(ROW, ("a", 2))
    other = Line(engine)
    with other.transaction() as cursor:
        cursor.execute(ROW, ("b", 1))
    other.close()
    assert cursors(engine) == [("b", 1)]
    assert kept.value.__traceback__ is not None, "and it is still kept"


def test_two_writers_do_not_write_at_once(engine: Engine, line: Line) -> None:
    other = Line(engine)
    with line.transaction() as cursor:
        cursor.execute(ROW, ("a", 1))
        with pytest.raises(JournalFailed, match="locked"), other.transaction():
            pytest.fail("two writers")
    with other.transaction() as cursor:
        cursor.execute(ROW, ("b", 2))
    other.close()
    assert cursors(engine) == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(("synchronous", "level"), [(DURABLE, 2), (FLEETING, 1)])
def test_a_line_waits_for_the_disk_or_does_not(
    engine: Engine, synchronous: str, level: int
) -> None:
    line = Line(engine, synchronous)
    with line.transaction() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (level,)
    line.close()
