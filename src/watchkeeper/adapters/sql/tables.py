"""The tables of the journal; nothing in them that PostgreSQL cannot hold."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

SCHEMA_VERSION = 1

# 64 bits everywhere; only as INTEGER does SQLite make a key the row's own number.
_LONG = BigInteger().with_variant(Integer(), "sqlite")
# Names sort by their bytes everywhere, so that a range of names is a prefix.
_NAME = String().with_variant(String(collation="C"), "postgresql")

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("position", _LONG, primary_key=True, autoincrement=False),
    Column("stream", _NAME, nullable=False),
    Column("revision", _LONG, nullable=False),
    Column("kind", _NAME, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),  # exactly the hashed bytes
    Column("leaf", LargeBinary, nullable=False),  # SHA-256(0x00‖record)
    UniqueConstraint("stream", "revision"),
)

journal_head = Table(  # one row, locked last by every append
    "journal_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("schema_version", Integer, nullable=False),
    Column("size", _LONG, nullable=False),
    Column("peaks", LargeBinary, nullable=False),  # 32 bytes each, largest subtree first
    Column("root", LargeBinary, nullable=False),
)

streams = Table(  # the cached folds
    "streams",
    metadata,
    Column("stream", _NAME, primary_key=True),
    Column("revision", _LONG, nullable=False),
    Column("wake_at", _LONG),  # microseconds since 1970, UTC
    Column("open", Boolean, nullable=False),
    Column("readable", Boolean, nullable=False),
    Column("made_by", _NAME, nullable=False),  # the mark of the folds that made the state
    Column("state", LargeBinary, nullable=False),
)
_OPEN = streams.c.open.is_(True)
Index("streams_open", streams.c.stream, sqlite_where=_OPEN, postgresql_where=_OPEN)
_WAKING = _OPEN & streams.c.wake_at.is_not(None)  # most never wake by themselves: nothing to keep
Index("streams_wake", streams.c.wake_at, sqlite_where=_WAKING, postgresql_where=_WAKING)

cursors = Table(
    "cursors",
    metadata,
    Column("name", _NAME, primary_key=True),
    Column("position", _LONG, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", _NAME, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

claims = Table(  # volatile: only saves double work
    "claims",
    metadata,
    Column("stream", _NAME, primary_key=True),
    Column("worker", _NAME, nullable=False),
    Column("until", _LONG, nullable=False),  # microseconds since 1970, UTC
)

# A guard rail, not a proof: whoever can write the file can drop a trigger. The third one stands
# before REPLACE, which deletes silently on a connection without recursive_triggers.
GUARDS = (
    "CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries "
    "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
    "CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries "
    "BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END",
    "CREATE TRIGGER entries_are_not_replaced BEFORE INSERT ON entries WHEN EXISTS "
    "(SELECT 1 FROM entries WHERE position = NEW.position "
    "OR (stream = NEW.stream AND revision = NEW.revision)) "
    "BEGIN SELECT RAISE(ABORT, 'entries are never replaced'); END",
)
