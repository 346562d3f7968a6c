"""Opening the database file: durable, one writer at a time, refused when it is newer."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from watchkeeper.adapters.sql.tables import GUARDS, SCHEMA_VERSION, journal_head, metadata
from watchkeeper.domain.merkle import EMPTY_ROOT
from watchkeeper.ports.errors import JournalFailed, SchemaTooNew

FILE = "journal.db"
CHECKPOINT_PAGES = 4000  # 16 MB of log before it is folded into the file
BUSY_SECONDS = 30.0  # how long a writer waits for another process's append


def opened(path: Path, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine on the file, whose tables exist. Raises SchemaTooNew, JournalFailed."""
    path.touch(mode=0o600)
    engine = _engine(URL.create("sqlite", database=str(path)), busy_seconds)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _prepared(connection, path)
            connection.commit()
    except DatabaseError as failure:
        engine.dispose()
        raise JournalFailed(f"{path}: {failure.orig}") from failure
    except SchemaTooNew:
        engine.dispose()
        raise
    return engine


def opened_for_reading(path: Path) -> Engine:
    """An engine that cannot write. Raises FileNotFoundError, SchemaTooNew, JournalFailed."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no journal here")
    named = f"file:{quote(str(path))}?mode=ro"
    engine = _engine(URL.create("sqlite", database=named, query={"uri": "true"}), BUSY_SECONDS)
    try:
        with engine.connect() as connection:
            _not_newer(connection, path)
    except DatabaseError as failure:
        engine.dispose()
        raise JournalFailed(f"{path}: {failure.orig}") from failure
    except SchemaTooNew:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[DBAPICursor]:
    """One consistent look at the database. Raises JournalFailed."""
    try:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("BEGIN")
            yield cursor
        finally:
            connection.close()  # which rolls back
    except (sqlite3.Error, DatabaseError) as failure:
        raise JournalFailed(f"the journal cannot be read: {failure}") from failure


def _engine(url: URL, busy_seconds: float) -> Engine:
    arguments = {"timeout": busy_seconds, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, poolclass=QueuePool, pool_size=4)
    event.listen(engine, "connect", _configured)
    return engine


def _configured(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun and ended in words
    connection.execute("PRAGMA recursive_triggers=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    [(mode,)] = connection.execute("PRAGMA journal_mode")
    if mode != "wal":
        connection.execute("PRAGMA journal_mode=WAL")


def _prepared(connection: Connection, path: Path) -> None:
    if connection.dialect.has_table(connection, journal_head.name):
        _not_newer(connection, path)
        return
    metadata.create_all(connection)
    for guard in GUARDS:
        connection.execute(text(guard))
    connection.execute(
        insert(journal_head).values(
            id=1, schema_version=SCHEMA_VERSION, size=0, peaks=b"", root=EMPTY_ROOT
        )
    )


def _not_newer(connection: Connection, path: Path) -> None:
    found = connection.execute(select(journal_head.c.schema_version)).scalar_one()
    if found > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path}: schema {found}, this version knows {SCHEMA_VERSION}; use a newer watchkeeper"
        )
