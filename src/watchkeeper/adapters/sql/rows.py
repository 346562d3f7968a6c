"""Between rows of ``streams`` and folds: the row is a cache, the entries are the truth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.engine.interfaces import DBAPICursor

from watchkeeper.adapters.sql.folds import Folds
from watchkeeper.adapters.sql.statements import Statements, for_sqlite
from watchkeeper.domain.appending import Folded, after
from watchkeeper.domain.entry import Entry, prefix_of
from watchkeeper.domain.record import decoded, entry_of
from watchkeeper.ports.errors import JournalFailed
from watchkeeper.ports.journal import Held

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PAGE = 1000
_REMEMBERED = 1024

StreamRow = tuple[str, int, int | None, bool, bool, str, bytes]  # the columns of ``streams``


def micros(instant: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(value: int) -> datetime:
    """The instant that ``micros`` wrote."""
    return _EPOCH + timedelta(microseconds=value)


def stream_row(folded: Folded, state: bytes, mark: str) -> StreamRow:
    """A fold, and its state as it is stored, as a row."""
    return (
        folded.stream,
        folded.revision,
        micros(folded.wake_at) if folded.wake_at is not None else None,
        folded.open,
        folded.readable,
        mark,
        state,
    )


def held_of(folded: Folded) -> Held:
    """A fold as the port hands it out."""
    return Held(
        stream=folded.stream,
        revision=folded.revision,
        state=folded.state,
        readable=folded.readable,
    )


@dataclass(frozen=True)
class Rows:
    """Reads folds from their rows, and from the entries where a row cannot be relied on.

    That is where another version of this program wrote the row, or where it lags behind.
    """

    folds: Folds
    statements: Statements = field(default_factory=for_sqlite)
    _replayed: dict[str, Folded] = field(default_factory=dict)

    def stored(self, cursor: DBAPICursor, stream: str) -> Folded | None:
        """One stream's fold, or None when nothing was ever said in it."""
        cursor.execute(self.statements.newest_revision, (stream,))
        [(newest,)] = cursor.fetchall()
        if newest is None:
            return None
        cursor.execute(self.statements.stream, (stream,))
        row = cursor.fetchone()
        return self.folded(cursor, row, newest) if row else self.replayed(cursor, stream, newest)

    def folded(self, cursor: DBAPICursor, row: Any, newest: int) -> Folded:
        """A row's fold; ``newest`` is the revision that the stream's entries have come to."""
        stream, revision, _, _, readable, made_by, state = row
        if made_by != self.folds.mark or revision != newest:
            return self.replayed(cursor, stream, newest)
        fold = self.folds.by_prefix.get(prefix_of(stream))
        return Folded(
            stream=stream,
            revision=revision,
            readable=bool(readable),
            state=decoded(state, fold.state) if fold is not None else None,
        )

    def replayed(self, cursor: DBAPICursor, stream: str, newest: int) -> Folded:
        """The fold made from the stream's entries. O(entries of the stream), once a revision."""
        folded = self._replayed.get(stream)
        if folded is not None and folded.revision == newest:
            return folded
        folded = None
        for entry in self._entries(cursor, stream):
            folded = after(folded, entry, self.folds.by_prefix)
        if folded is None:
            raise JournalFailed(f"{stream}: its entries cannot be found; verify the journal")
        if len(self._replayed) >= _REMEMBERED:
            self._replayed.clear()
        self._replayed[stream] = folded
        return folded

    def _entries(self, cursor: DBAPICursor, stream: str) -> Iterator[Entry]:
        position = 0
        while True:
            cursor.execute(self.statements.records_of_stream, (stream, position, _PAGE))
            page = [entry_of(record) for (record,) in cursor.fetchall()]
            yield from page
            if len(page) < _PAGE:
                return
            position = page[-1].position
