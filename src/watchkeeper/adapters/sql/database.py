"""Opening the database file: durable, one writer at a time, refused when it is newer."""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from watchkeeper.adapters.sql.tables import GUARDS, SCHEMA_VERSION, journal_head, metadata
from watchkeeper.domain.merkle import EMPTY_ROOT
from watchkeeper.ports.errors import SchemaTooNew

FILE = "journal.db"
BUSY_SECONDS = 30.0


def opened(path: Path) -> Engine:
    """An engine on the file, whose tables exist. Raises SchemaTooNew."""
    fresh = not path.exists()
    if fresh:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = _engine(f"sqlite:///{path}", {"timeout": BUSY_SECONDS, "check_same_thread": False})
    with engine.begin() as connection:
        _prepared(connection, path)
    return engine


def opened_for_reading(path: Path) -> Engine:
    """An engine that cannot write. Raises FileNotFoundError, SchemaTooNew."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no journal here")
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    engine = _engine(url, {"timeout": BUSY_SECONDS, "check_same_thread": False, "uri": True})
    with engine.connect() as connection:
        _not_newer(connection, path)
    return engine


def _engine(url: str, arguments: dict[str, object]) -> Engine:
    engine = create_engine(url, connect_args=arguments, poolclass=QueuePool, pool_size=4)
    event.listen(engine, "connect", _configured)
    event.listen(engine, "begin", _begun)
    return engine


def _configured(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by us, see _begun
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "recursive_triggers=ON",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    ):
        try:
            cursor.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError:
            if "journal_mode" not in pragma:  # a read-only connection finds the mode as it is
                raise
    cursor.close()


def _begun(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


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
