"""A writer's own connection: a transaction is durable when it ends, or it has not been."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DatabaseError

from watchkeeper.ports.errors import JournalFailed

DURABLE = "FULL"
FLEETING = "NORMAL"  # the last ones may be lost with the power; for what only saves work


class RowRefused(JournalFailed):
    """A row contradicts one that is there; the rest of the transaction is not to blame."""


@dataclass
class Line:
    """One connection, kept; thrown away and opened anew after any failure.

    Not for concurrent use: one thread (or the caller) owns it.
    """

    engine: Engine
    synchronous: str = DURABLE
    _connection: Any = None

    @contextmanager
    def transaction(self) -> Iterator[DBAPICursor]:
        """All of it or nothing; nobody else writes meanwhile. Raises JournalFailed, RowRefused."""
        whole, cursor = False, None
        try:
            cursor = self._opened()
            cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")
            whole = True
        except sqlite3.IntegrityError as refusal:
            raise RowRefused(f"the journal refused a row: {refusal}") from refusal
        except (sqlite3.Error, DatabaseError) as failure:
            raise JournalFailed(f"the journal cannot be written: {failure}") from failure
        finally:
            if not whole:
                if cursor is not None:  # else whoever keeps the error keeps its statement, and
                    cursor.close()  # with it the transaction and the lock that nobody gets past
                self.close()

    def close(self) -> None:
        """Close the connection; what was not committed is gone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()

    def _opened(self) -> DBAPICursor:
        if self._connection is None:
            self._connection = self.engine.raw_connection()
            self._connection.cursor().execute(f"PRAGMA synchronous={self.synchronous}")
        cursor: DBAPICursor = self._connection.cursor()
        return cursor
