"""Verifying the journal offline: every leaf, column and root; read-only, fault by fault."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import heads
from watchkeeper.domain.audit import Fault, Report
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.record import RecordDamaged, entry_of

_ALL = (
    "SELECT position, stream, revision, kind, schema, record, leaf FROM entries "
    "WHERE position > ? ORDER BY position"
)
_ONE = "SELECT position, stream, revision, kind, schema, record, leaf FROM entries NOT INDEXED"
MOST_FAULTS = 1000

Found = tuple[Any, ...]


@dataclass
class _Walk:
    """What has been found so far."""

    frontier: Frontier = field(default_factory=Frontier)
    faults: list[Fault] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    expected: int = 1
    good_until: int = 0  # the newest outside head that the entries agree with

    def fault(self, position: int, what: str) -> None:
        """Note one fault at a position."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(position=position, what=what))


def verify(directory: Path) -> Report:
    """Walk the whole journal. Never raises on a damaged file: damage is a fault with its place.

    A changed record or column names its entry. A record and its leaf rewritten together name the
    interval between two heads that were noted outside the database. O(entries) time, O(streams)
    memory.
    """
    path = directory / FILE
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no journal here")
    outside: dict[int, set[bytes]] = {}
    for head in heads(directory):
        outside.setdefault(head.size, set()).add(head.root)
    walk = _Walk()
    with closing(_connected(path)) as connection:
        for row in _rows(connection, walk):
            _checked(row, walk)
            _compared(walk, outside)
        _ended(connection, walk, outside)
    return Report(entries=walk.frontier.size, faults=tuple(walk.faults))


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30.0)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def _rows(connection: sqlite3.Connection, walk: _Walk) -> Iterator[Found]:
    """Every row in order; where the file itself is damaged, row by row around the damage."""
    last = 0
    try:
        for row in connection.execute(_ALL, (0,)):
            yield row
            if isinstance(row[0], int):
                last = row[0]
    except sqlite3.DatabaseError as damage:
        walk.fault(last + 1, f"the file is damaged: {damage}")
        yield from _one_by_one(connection, walk, last + 1)


def _one_by_one(connection: sqlite3.Connection, walk: _Walk, after: int) -> Iterator[Found]:
    size = _head_size(connection)
    for position in range(after + 1, size + 1):
        try:
            row = connection.execute(f"{_ONE} WHERE position = ?", (position,)).fetchone()
        except sqlite3.DatabaseError as damage:
            walk.fault(position, f"the file is damaged: {damage}")
            continue
        if row is not None:
            yield row


def _checked(row: Found, walk: _Walk) -> None:
    """One entry against its own hash, its columns, and what came before it."""
    position, stream, revision, kind, schema, record, leaf = row
    if position != walk.expected:
        walk.fault(min(position, walk.expected), "entries are missing or out of place")
    walk.expected = position + 1
    record = record if isinstance(record, bytes) else b""
    leaf = leaf if isinstance(leaf, bytes) else b""
    true_leaf = leaf_hash(record)
    walk.frontier = walk.frontier.appended(true_leaf)
    if true_leaf != leaf:
        walk.fault(position, "the record does not match its leaf hash")
        walk.revisions[stream] = revision
        return
    try:
        entry = entry_of(record)
    except RecordDamaged as damage:
        walk.fault(position, str(damage))
        return
    said = (entry.position, entry.stream, entry.revision)
    if said != (position, stream, revision) or not _kind_matches(record, kind, schema):
        walk.fault(position, "a column differs from the record")
    if revision != walk.revisions.get(stream, 0) + 1:
        walk.fault(position, f"revision {revision} of {stream} is out of order")
    walk.revisions[stream] = revision


def _kind_matches(record: bytes, kind: object, schema: object) -> bool:
    return f'"kind":"{kind}"'.encode() in record and f'"schema":{schema},'.encode() in record


def _compared(walk: _Walk, outside: dict[int, set[bytes]]) -> None:
    """The root at this size against every head that was noted outside at this size."""
    size = walk.frontier.size
    noted = outside.get(size)
    if noted is None:
        return
    if noted == {walk.frontier.root()}:
        walk.good_until = size
    elif not any(fault.between for fault in walk.faults):
        between = (walk.good_until, size)
        walk.faults.append(Fault(between=between, what="entries were rewritten with their leaves"))


def _ended(connection: sqlite3.Connection, walk: _Walk, outside: dict[int, set[bytes]]) -> None:
    """The end of the journal against the head in the database and the heads outside."""
    size = walk.frontier.size
    try:
        stored = connection.execute("SELECT size, root FROM journal_head").fetchone()
    except sqlite3.DatabaseError as damage:
        stored = None
        walk.fault(size, f"the head is damaged: {damage}")
    if stored is not None and stored[0] != size:
        walk.fault(size, f"there are {size} entries and the head says {stored[0]}")
    elif stored is not None and stored[1] != walk.frontier.root() and not walk.faults:
        between = (walk.good_until, size)
        walk.faults.append(Fault(between=between, what="the root is not the head's"))
    newest = max(outside, default=0)
    if newest > size:
        walk.fault(size + 1, f"the newest head outside knows {newest} entries: the end is cut off")


def _head_size(connection: sqlite3.Connection) -> int:
    try:
        return int(connection.execute("SELECT size FROM journal_head").fetchone()[0])
    except (sqlite3.DatabaseError, TypeError):
        return 0
