"""The journal's bytes as they lie on the disk, for stories about somebody who edits them."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

LEAF_PREFIX = b"\x00"  # RFC 6962: a leaf is hashed under zero, a node under one


@dataclass(frozen=True, kw_only=True)
class StoredEntry:
    """One row of the journal: the hashed bytes and their hash."""

    position: int
    record: bytes
    leaf: bytes


class JournalFile:
    """A copy of a whole data directory whose journal is edited behind Watchkeeper's back."""

    def __init__(self, original: Path, copy: Path) -> None:
        self.data_dir = copy
        shutil.copytree(original, copy, ignore=_sockets)
        self._path = copy / "journal.db"
        with closing(sqlite3.connect(self._path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._whole = self._path.read_bytes()

    def entries(self) -> list[StoredEntry]:
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT position, record, leaf FROM entries ORDER BY position")
            return [StoredEntry(position=p, record=r, leaf=leaf) for p, r, leaf in rows]

    def with_byte_changed(self, entry: StoredEntry, *, at: int, by: int) -> None:
        """Changes one byte of an entry, in the file itself: no trigger is asked."""
        self._write(self._replaced(self._whole, entry.record, changed(entry.record, at=at, by=by)))

    def with_byte_and_leaf_changed(self, entry: StoredEntry, *, at: int, by: int) -> None:
        """As a careful forger: the entry's own hash is made to fit again."""
        record = changed(entry.record, at=at, by=by)
        leaf = hashlib.sha256(LEAF_PREFIX + record).digest()
        whole = self._replaced(self._whole, entry.record, record)
        self._write(self._replaced(whole, entry.leaf, leaf))

    def restored(self) -> None:
        self._write(self._whole)

    def lies_whole(self, entry: StoredEntry) -> bool:
        """Whether the bytes stand in the file in one piece (a long record spills over pages)."""
        return entry.record in self._whole

    def _replaced(self, whole: bytes, old: bytes, new: bytes) -> bytes:
        if old not in whole:
            raise AssertionError("these bytes are not in the file in one piece")
        return whole.replace(old, new)

    def _write(self, whole: bytes) -> None:
        for leftover in ("journal.db-wal", "journal.db-shm"):
            (self.data_dir / leftover).unlink(missing_ok=True)
        self._path.write_bytes(whole)


def changed(record: bytes, *, at: int, by: int) -> bytes:
    """The record with one byte flipped; `by` is never zero, so it differs."""
    return record[:at] + bytes([record[at] ^ by]) + record[at + 1 :]


def _sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_socket()]
