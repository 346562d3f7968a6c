"""Every statement that is run often, compiled to text once: the compiling costs more than the run.

Parameters are positional, in the order of the names given here.
"""

from functools import cache
from typing import Protocol

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Dialect,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

from watchkeeper.adapters.sql.tables import blobs, claims, cursors, entries, journal_head, streams


class Text(Protocol):
    """Compiles a statement whose parameters come in the order of the names."""

    def __call__(self, statement: ClauseElement, *names: str) -> str:
        """The text."""


class Statements:
    """The texts for one dialect. Rows come back in the order of the columns named."""

    def __init__(self, dialect: Dialect) -> None:
        """Compile everything."""

        def text(statement: ClauseElement, *names: str) -> str:
            return compiled(dialect, statement, names)

        self._of_entries(text)
        self._of_streams(text)
        self._of_the_rest(text)

    def _of_entries(self, text: Text) -> None:
        self.head = text(select(journal_head.c.size, journal_head.c.peaks, journal_head.c.root))
        self.set_head = text(
            update(journal_head).values(_named(journal_head, "size", "peaks", "root")),
            "size", "peaks", "root",
        )  # fmt: skip
        self.add_entry = text(insert(entries), *_names(entries))
        self.newest_revision = text(
            select(func.max(entries.c.revision)).where(entries.c.stream == bindparam("stream")),
            "stream",
        )
        self.records = text(
            select(entries.c.record)
            .where(entries.c.position > bindparam("after"))
            .order_by(entries.c.position)
            .limit(bindparam("limit")).offset(_NONE),
            "after", "limit",
        )  # fmt: skip
        self.records_of_stream = text(
            select(entries.c.record)
            .where(
                entries.c.stream == bindparam("stream"), entries.c.position > bindparam("after")
            )
            .order_by(entries.c.revision)
            .limit(bindparam("limit")).offset(_NONE),
            "stream", "after", "limit",
        )  # fmt: skip

    def _of_streams(self, text: Text) -> None:
        self.put_stream = text(_put(streams), *_names(streams))
        self.stream = text(select(streams).where(streams.c.stream == bindparam("stream")), "stream")
        self.everything = text(select(streams))
        self.open_streams = text(
            select(streams, _NEWEST)
            .where(_IS_OPEN, _within(streams.c.stream))
            .order_by(streams.c.stream),
            *_RANGE,
        )  # fmt: skip
        self.all_streams = text(
            select(streams, _NEWEST)
            .where(_within(streams.c.stream))
            .order_by(streams.c.stream.desc())
            .limit(bindparam("limit")).offset(_NONE),
            *_RANGE, "limit",
        )  # fmt: skip
        self.due = text(
            select(streams.c.stream)
            .where(_IS_OURS, streams.c.wake_at <= bindparam("now"))
            .order_by(streams.c.wake_at, streams.c.stream),
            "made_by", "now",
        )  # fmt: skip
        self.next_wake = text(
            select(streams.c.wake_at)
            .where(_IS_OURS, streams.c.wake_at.is_not(None))
            .order_by(streams.c.wake_at)
            .limit(_ONE)
            .offset(_NONE),
            "made_by",
        )
        self.open_but_not_ours = text(
            select(streams.c.stream).where(_IS_OPEN, streams.c.made_by != bindparam("made_by")),
            "made_by",
        )

    def _of_the_rest(self, text: Text) -> None:
        self.cursor = text(
            select(cursors.c.position).where(cursors.c.name == bindparam("name")), "name"
        )
        self.put_cursor = text(_put(cursors), *_names(cursors))
        self.blob = text(select(blobs).where(blobs.c.digest == bindparam("digest")), "digest")
        self.add_blob = text(insert(blobs).on_conflict_do_nothing(), *_names(blobs))
        self.claim = text(select(claims).where(claims.c.stream == bindparam("stream")), "stream")
        self.put_claim = text(_put(claims), *_names(claims))


@cache
def for_sqlite() -> Statements:
    """The texts for SQLite, compiled at the first call."""
    return Statements(sqlite.dialect())


def compiled(dialect: Dialect, statement: ClauseElement, names: tuple[str, ...]) -> str:
    """A statement's text, whose parameters stand in this order. Raises ValueError when not so."""
    made = statement.compile(dialect=dialect)
    found = tuple(getattr(made, "positiontup", None) or ())
    if found != names:
        raise ValueError(f"parameters stand as {found}, not as {names}, in: {made}")
    return str(made)


_RANGE = ("prefix", "end", "prefix", "first")
_NONE: ColumnElement[int] = literal_column("0")
_ONE: ColumnElement[int] = literal_column("1")
_IS_OPEN = streams.c.open.is_(True)
_IS_OURS = and_(_IS_OPEN, streams.c.readable.is_(True), streams.c.made_by == bindparam("made_by"))
_NEWEST = (
    select(func.max(entries.c.revision)).where(entries.c.stream == streams.c.stream)
).scalar_subquery()


def range_of(prefix: str) -> tuple[str, str, str, str]:
    """The parameters that name the streams of a prefix: itself, and ``prefix/…``."""
    return (prefix, f"{prefix}0", prefix, f"{prefix}/")  # 0 is the character after the stroke


def _within(name: ColumnElement[str]) -> ColumnElement[bool]:
    """One range of names, so that an index answers it."""
    inside = or_(name == bindparam("prefix"), name >= bindparam("first"))
    return and_(name >= bindparam("prefix"), name < bindparam("end"), inside)


def _put(table: Table) -> ClauseElement:
    """Insert a row, or replace what its key has."""
    made = insert(table)
    keys = list(table.primary_key.columns)
    rest = {c.name: made.excluded[c.name] for c in table.columns if c not in keys}
    return made.on_conflict_do_update(index_elements=keys, set_=rest)


def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _named(table: Table, *names: str) -> dict[str, ColumnElement[object]]:
    return {name: bindparam(name) for name in names}
