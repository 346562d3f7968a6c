"""The tables of the journal; nothing in them that PostgreSQL cannot hold."""

from sqlalchemy import (
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

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("stream", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String, nullable=False),
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
    Column("size", Integer, nullable=False),
    Column("peaks", LargeBinary, nullable=False),  # 32 bytes each, largest subtree first
    Column("root", LargeBinary, nullable=False),
)

streams = Table(  # the cached folds
    "streams",
    metadata,
    Column("stream", String, primary_key=True),
    Column("prefix", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("wake_at", Integer),  # microseconds since 1970, UTC
    Column("open", Boolean, nullable=False),
    Column("readable", Boolean, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Index("streams_open", "open", "prefix"),
    Index("streams_wake", "wake_at"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", String, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

claims = Table(  # volatile: only saves double work
    "claims",
    metadata,
    Column("stream", String, primary_key=True),
    Column("worker", String, nullable=False),
    Column("until", Integer, nullable=False),  # microseconds since 1970, UTC
)

# A guard rail, not a proof: whoever can write the file can drop a trigger.
GUARDS = (
    "CREATE TRIGGER IF NOT EXISTS entries_are_not_changed BEFORE UPDATE ON entries "
    "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_are_not_deleted BEFORE DELETE ON entries "
    "BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END",
)
