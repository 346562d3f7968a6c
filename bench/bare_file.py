"""The floor of the journal: its records in a bare table of the same durability, same disk."""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from watchkeeper.adapters.sql.database import CHECKPOINT_PAGES


class BareFile:
    """One table of numbered bytes; no hash, no second index, no state, no thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        self._connection.execute("CREATE TABLE records (position INTEGER PRIMARY KEY, record BLOB)")

    def append(self, records: Sequence[bytes]) -> None:
        """All of them in one durable transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT INTO records (record) VALUES (?)", [(record,) for record in records]
        )
        self._connection.execute("COMMIT")

    def hashed(self) -> int:
        """Read every record in order and hash it: the least that a verification can do."""
        rows = 0
        for (record,) in self._connection.execute("SELECT record FROM records ORDER BY position"):
            sha256(record).digest()
            rows += 1
        return rows

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
