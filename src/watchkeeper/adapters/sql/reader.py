"""Everything that is only read, each call one short transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Select, delete, insert, select

from watchkeeper.adapters.sql.rows import folded_of, held_of, instant_of, micros
from watchkeeper.adapters.sql.tables import blobs, claims, cursors, entries, journal_head, streams
from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import AnyFold, Entry
from watchkeeper.domain.merkle import TreeHead
from watchkeeper.domain.record import entry_of
from watchkeeper.ports.journal import Held


@dataclass(frozen=True)
class Reader:
    """Reads the database, and keeps the claims, which are nothing but a courtesy."""

    engine: Engine
    folds: Mapping[str, AnyFold]

    def entries(self, after: int, limit: int, stream: str | None) -> tuple[Entry, ...]:
        """Entries above a position, in order."""
        wanted = select(entries.c.record).where(entries.c.position > after)
        if stream is not None:
            wanted = wanted.where(entries.c.stream == stream)
        wanted = wanted.order_by(entries.c.position).limit(limit)
        with self._connection() as connection:
            return tuple(entry_of(record) for record in connection.execute(wanted).scalars())

    def held(self, stream: str) -> Held | None:
        """One stream's fold."""
        found = self._held(select(streams).where(streams.c.stream == stream))
        return found[0] if found else None

    def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """Open streams of a prefix, by name."""
        return self._held(
            select(streams)
            .where(streams.c.open.is_(True), streams.c.prefix == prefix)
            .order_by(streams.c.stream)
        )

    def all_streams(self, prefix: str, limit: int) -> tuple[Held, ...]:
        """The newest streams of a prefix by name."""
        return self._held(
            select(streams)
            .where(streams.c.prefix == prefix)
            .order_by(streams.c.stream.desc())
            .limit(limit)
        )

    def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose time has come."""
        wanted = (
            select(streams.c.stream)
            .where(streams.c.open.is_(True), streams.c.wake_at <= micros(now))
            .order_by(streams.c.wake_at, streams.c.stream)
        )
        with self._connection() as connection:
            return tuple(connection.execute(wanted).scalars())

    def next_wake(self) -> datetime | None:
        """The earliest time an open stream wants."""
        wanted = (
            select(streams.c.wake_at)
            .where(streams.c.open.is_(True), streams.c.wake_at.is_not(None))
            .order_by(streams.c.wake_at)
            .limit(1)
        )
        with self._connection() as connection:
            found = connection.execute(wanted).scalar_one_or_none()
        return instant_of(found) if found is not None else None

    def cursor(self, name: str) -> int:
        """How far a consumer has seen."""
        wanted = select(cursors.c.position).where(cursors.c.name == name)
        with self._connection() as connection:
            return connection.execute(wanted).scalar_one_or_none() or 0

    def blob(self, digest: str) -> Blob | None:
        """A stored text."""
        with self._connection() as connection:
            row = connection.execute(select(blobs).where(blobs.c.digest == digest)).one_or_none()
        return Blob(digest=row.digest, salt=row.salt, content=row.content) if row else None

    def head(self) -> TreeHead:
        """The head as the database has it."""
        with self._connection() as connection:
            row = connection.execute(select(journal_head)).one()
        return TreeHead(size=row.size, root=row.root)

    def claim(self, stream: str, worker: str, now: datetime, seconds: float) -> bool:
        """Take or renew a claim unless another worker's still holds."""
        until = micros(now + timedelta(seconds=seconds))
        with self.engine.begin() as connection:
            row = connection.execute(select(claims).where(claims.c.stream == stream)).one_or_none()
            if row is not None and row.worker != worker and row.until > micros(now):
                return False
            connection.execute(delete(claims).where(claims.c.stream == stream))
            connection.execute(insert(claims).values(stream=stream, worker=worker, until=until))
        return True

    def _held(self, wanted: Select[tuple[object, ...]]) -> tuple[Held, ...]:
        with self._connection() as connection:
            rows = connection.execute(wanted).all()
        return tuple(held_of(folded_of(row, self.folds)) for row in rows)

    def _connection(self) -> Connection:
        return self.engine.connect().execution_options(reading=True)
