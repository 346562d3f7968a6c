"""Verifying the journal offline: every leaf, column, text and root; read-only, fault by fault."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import Outside, noted
from watchkeeper.adapters.sql.walk import Found, Walk
from watchkeeper.domain.audit import Report
from watchkeeper.domain.blob import blob_digest

_COLUMNS = "SELECT position, stream, revision, kind, schema, record, leaf FROM entries NOT INDEXED"
_ALL = f"{_COLUMNS} ORDER BY position"
_ONE = f"{_COLUMNS} WHERE position = ?"
_CITING = "SELECT min(position) FROM entries WHERE instr(record, ?) > 0"
_SMALLEST_ENTRY_BYTES = 64  # its leaf alone is 32
_BUSY_SECONDS = 30.0


def verify(directory: Path) -> Report:
    """Walk the whole journal, also while others append to it.

    A changed record, leaf or column names its entry. A record and its leaf rewritten together name
    the interval between two heads that were noted outside the database. Damage to the file itself
    is a fault with its place, never an error. O(entries) time, O(streams) memory. Raises
    FileNotFoundError.
    """
    path = directory / FILE
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no journal here")
    outside = noted(directory)  # before the database is looked at: what they know, it must show
    heads: dict[int, set[bytes]] = {}
    for head in outside.heads:
        heads.setdefault(head.size, set()).add(head.root)
    walk = Walk(heads)
    with closing(_connected(path)) as connection:
        for row in _rows(connection, walk, _most_entries(path)):
            walk.see(row)
        _compare_head(connection, walk)
        _check_texts(connection, walk)
    if outside.newest >= walk.expected:
        between = (walk.expected - 1, outside.newest)
        walk.fault("the end is cut off: a head outside the database knows more", between=between)
    return Report(
        entries=walk.entries, faults=tuple(walk.faults), notes=tuple(_notes(outside, walk))
    )


def _connected(path: Path) -> sqlite3.Connection:
    """One snapshot of the file; also where nothing at all may be written beside it."""
    where = f"file:{quote(str(path))}?mode=ro"
    connection = sqlite3.connect(where, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        if not path.with_name(f"{path.name}-wal").exists():  # else it would not be the whole truth
            connection.close()
            connection = sqlite3.connect(f"{where}&immutable=1", uri=True, isolation_level=None)
    except sqlite3.DatabaseError:
        pass  # a damaged file: each look at it says so
    connection.text_factory = bytes
    connection.execute("BEGIN")
    return connection


def _rows(connection: sqlite3.Connection, walk: Walk, most: int) -> Iterator[Found]:
    """Every row in order; where the file itself is damaged, row by row around the damage."""
    try:
        yield from connection.execute(_ALL)
    except sqlite3.DatabaseError as damage:
        walk.fault(f"the file is damaged: {damage}", walk.expected)
        yield from _one_by_one(connection, walk, most)


def _one_by_one(connection: sqlite3.Connection, walk: Walk, most: int) -> Iterator[Found]:
    for position in range(walk.expected, most + 1):
        try:
            row = connection.execute(_ONE, (position,)).fetchone()
        except sqlite3.DatabaseError as damage:
            walk.fault(f"the file is damaged: {damage}", position)
            continue
        if row is not None:
            yield row


def _most_entries(path: Path) -> int:
    log = path.with_name(f"{path.name}-wal")
    size = path.stat().st_size + (log.stat().st_size if log.exists() else 0)
    return size // _SMALLEST_ENTRY_BYTES


def _compare_head(connection: sqlite3.Connection, walk: Walk) -> None:
    """The end of the journal against the head in the database."""
    size = walk.expected - 1
    try:
        found = connection.execute("SELECT size, root, peaks FROM journal_head").fetchone()
    except sqlite3.DatabaseError as damage:
        walk.fault(f"the head is damaged: {damage}", size)
        return
    if found is None or found[0] != size:
        said = "is missing" if found is None else f"says {found[0]}"
        walk.fault(f"there are {size} entries and the head {said}", size)
    elif walk.whole:
        agreed = [tree for tree in walk.trees() if tree.root() == found[1]]
        if not agreed:
            walk.fault("the root is not the head's", between=(walk.good_until, size))
        elif b"".join(agreed[0].peaks) != found[2]:
            walk.fault("the head's peaks do not make its root", size)


def _check_texts(connection: sqlite3.Connection, walk: Walk) -> None:
    """Every text against its salted digest; the fault is placed at the entry that cites it."""
    try:
        for digest, salt, content in connection.execute("SELECT digest, salt, content FROM blobs"):
            if not _is_text(digest, salt, content):
                [(citing,)] = connection.execute(_CITING, (digest,)).fetchall()
                walk.fault("a text is not the one that the entry names", citing)
    except sqlite3.DatabaseError as damage:
        walk.fault(f"the texts are damaged: {damage}")


def _is_text(digest: object, salt: object, content: object) -> bool:
    if not (isinstance(digest, bytes) and isinstance(salt, bytes) and isinstance(content, bytes)):
        return False
    return blob_digest(salt, content).encode() == digest


def _notes(outside: Outside, walk: Walk) -> Iterator[str]:
    """In words, what the heads outside could not vouch for."""
    size = walk.expected - 1
    if size and not outside.heads:
        yield (
            "no head is noted outside the database: only its own hashes were checked, and whoever "
            "can write the file can rewrite those"
        )
        return
    yield from (f"{name} is missing" for name in outside.missing if size)
    if outside.unreadable:
        yield f"{outside.unreadable} lines of the head files cannot be read"
    if size > outside.newest:
        yield f"no head outside the database knows the last {size - outside.newest} entries"
