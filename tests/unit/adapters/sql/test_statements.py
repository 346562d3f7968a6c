"""The statements are compiled once, and every one that is run often is answered by an index."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from watchkeeper.adapters.sql.database import FILE, opened
from watchkeeper.adapters.sql.statements import compiled, for_sqlite, range_of
from watchkeeper.adapters.sql.tables import metadata, streams


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened(tmp_path / FILE).dispose()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        yield connection


def plan(database: sqlite3.Connection, statement: str, *values: object) -> str:
    """How SQLite means to answer it."""
    rows = database.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    return "; ".join(row[3] for row in rows)


def test_what_is_asked_often_is_answered_by_an_index(database: sqlite3.Connection) -> None:
    made = for_sqlite()
    within = range_of("incident")
    questions = {
        made.due: ("mark", 1),
        made.next_wake: ("mark",),
        made.newest_revision: ("incident/1",),
        made.records: (0, 100),
        made.records_of_stream: ("incident/1", 0, 100),
        made.stream: ("incident/1",),
        made.open_streams: within,
        made.all_streams: (*within, 10),
        made.cursor: ("router",),
        made.blob: ("digest",),
        made.claim: ("incident/1",),
    }
    plans = {asked: plan(database, asked, *values) for asked, values in questions.items()}
    scanning = {asked: found for asked, found in plans.items() if "SCAN" in found}
    assert scanning.keys() <= {made.next_wake}, "only an index of nothing else is gone through"
    assert "streams_wake" in plans[made.due]
    assert "streams_wake" in plans[made.next_wake]
    assert "streams_open" in plans[made.open_streams]


def test_a_question_by_table_scan_would_be_seen(database: sqlite3.Connection) -> None:
    assert "SCAN" in plan(database, "SELECT * FROM streams WHERE made_by = ?", "mark")


def test_parameters_stand_as_they_are_named() -> None:
    question = select(streams.c.stream).where(streams.c.revision == bindparam("revision"))
    assert "revision = ?" in compiled(sqlite.dialect(), question, ("revision",))
    with pytest.raises(ValueError, match="parameters stand as"):
        compiled(sqlite.dialect(), question, ("another",))


def test_postgresql_could_be_asked_the_same() -> None:
    """Nothing in the tables that only SQLite has."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        assert all(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
