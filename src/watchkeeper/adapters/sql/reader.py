"""Everything that is only read, each call one short transaction; any thread may call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from watchkeeper.adapters.sql.database import reading
from watchkeeper.adapters.sql.folds import Folds
from watchkeeper.adapters.sql.rows import Rows, held_of, instant_of, micros
from watchkeeper.adapters.sql.statements import Statements, range_of
from watchkeeper.domain.blob import Blob, opened
from watchkeeper.domain.entry import AnyFold, Entry
from watchkeeper.domain.merkle import TreeHead
from watchkeeper.domain.record import entry_of
from watchkeeper.ports.journal import Held


@dataclass(frozen=True)
class Reader:
    """Reads the database. Every method raises JournalFailed when the file cannot be read."""

    engine: Engine
    folds: Mapping[str, AnyFold]

    def entries(self, after: int, limit: int, stream: str | None) -> tuple[Entry, ...]:
        """Entries above a position, in order."""
        with reading(self.engine) as cursor:
            if stream is None:
                cursor.execute(self._statements.records, (after, limit))
            else:
                cursor.execute(self._statements.records_of_stream, (stream, after, limit))
            records = cursor.fetchall()
        return tuple(entry_of(record) for (record,) in records)

    def held(self, stream: str) -> Held | None:
        """One stream's fold."""
        with reading(self.engine) as cursor:
            folded = self._rows.stored(cursor, stream)
        return held_of(folded) if folded else None

    def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """Open streams of a prefix, by name."""
        return self._held(self._statements.open_streams, range_of(prefix))

    def all_streams(self, prefix: str, limit: int) -> tuple[Held, ...]:
        """The newest streams of a prefix by name."""
        return self._held(self._statements.all_streams, (*range_of(prefix), limit))

    def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose time has come."""
        with reading(self.engine) as cursor:
            cursor.execute(self._statements.due, (self._rows.folds.mark, micros(now)))
            return tuple(stream for (stream,) in cursor.fetchall())

    def next_wake(self) -> datetime | None:
        """The earliest time an open stream wants."""
        with reading(self.engine) as cursor:
            cursor.execute(self._statements.next_wake, (self._rows.folds.mark,))
            row = cursor.fetchone()
        return instant_of(row[0]) if row else None

    def cursor(self, name: str) -> int:
        """How far a consumer has seen."""
        with reading(self.engine) as cursor:
            cursor.execute(self._statements.cursor, (name,))
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def blob(self, digest: str) -> Blob | None:
        """A stored text. Raises BlobAltered."""
        with reading(self.engine) as cursor:
            cursor.execute(self._statements.blob, (digest,))
            row = cursor.fetchone()
        if row is None:
            return None
        blob = Blob(digest=row[0], salt=row[1], content=row[2])
        opened(blob)
        return blob

    def head(self) -> TreeHead:
        """The head as the database has it."""
        with reading(self.engine) as cursor:
            cursor.execute(self._statements.head)
            [(size, _, root)] = cursor.fetchall()
        return TreeHead(size=size, root=root)

    @cached_property
    def _rows(self) -> Rows:
        return Rows(Folds(self.folds))

    @property
    def _statements(self) -> Statements:
        return self._rows.statements

    def _held(self, wanted: str, parameters: tuple[object, ...]) -> tuple[Held, ...]:
        with reading(self.engine) as cursor:
            cursor.execute(wanted, parameters)
            found = cursor.fetchall()
            folded = [self._rows.folded(cursor, row[:-1], row[-1]) for row in found]
        return tuple(held_of(one) for one in folded)
