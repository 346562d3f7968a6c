"""Rebuilding the cached folds from the entries alone, and saying where the old ones differed."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlalchemy.engine.interfaces import DBAPICursor

from watchkeeper.adapters.sql.database import FILE, opened, opened_for_reading, reading
from watchkeeper.adapters.sql.folds import Folds
from watchkeeper.adapters.sql.line import Line
from watchkeeper.adapters.sql.rows import StreamRow, stream_row
from watchkeeper.adapters.sql.statements import for_sqlite
from watchkeeper.domain.appending import Folded, after, state_bytes
from watchkeeper.domain.entry import AnyFold
from watchkeeper.domain.record import entry_of

_PAGE = 5000


def rebuild(directory: Path, folds: Sequence[AnyFold]) -> tuple[str, ...]:
    """Write every stream's fold anew, in one transaction; the names of those that differed.

    Replays ``evolve`` over all entries: O(entries), one state a stream in memory. Raises
    JournalFailed, SchemaTooNew.
    """
    engine = opened(directory / FILE)
    line = Line(engine)
    try:
        with line.transaction() as cursor:
            made = _made(cursor, _by_prefix(folds))
            names = _differing(cursor, made)
            cursor.execute("DELETE FROM streams")
            cursor.executemany(for_sqlite().put_stream, list(made.values()))
    finally:
        line.close()
        engine.dispose()
    return names


def differing(directory: Path, folds: Sequence[AnyFold]) -> tuple[str, ...]:
    """What ``rebuild`` would say; nothing is written. Works beside a daemon that appends.

    Raises FileNotFoundError, JournalFailed, SchemaTooNew.
    """
    engine = opened_for_reading(directory / FILE)
    try:
        with reading(engine) as cursor:
            return _differing(cursor, _made(cursor, _by_prefix(folds)))
    finally:
        engine.dispose()


def _by_prefix(folds: Iterable[AnyFold]) -> Folds:
    return Folds({fold.prefix: fold for fold in folds})


def _made(cursor: DBAPICursor, folds: Folds) -> dict[str, StreamRow]:
    """Every stream's row as its entries make it."""
    made: dict[str, Folded] = {}
    position = 0
    while True:
        cursor.execute(for_sqlite().records, (position, _PAGE))
        page = [entry_of(record) for (record,) in cursor.fetchall()]
        for entry in page:
            made[entry.stream] = after(made.get(entry.stream), entry, folds.by_prefix)
        if len(page) < _PAGE:
            return {
                stream: stream_row(folded, state_bytes(folded), folds.mark)
                for stream, folded in made.items()
            }
        position = page[-1].position


def _differing(cursor: DBAPICursor, made: Mapping[str, StreamRow]) -> tuple[str, ...]:
    cursor.execute(for_sqlite().everything)
    stored = {row[0]: _content(row) for row in cursor.fetchall()}
    wanted = {stream: _content(row) for stream, row in made.items()}
    names = {*wanted, *stored}
    return tuple(sorted(name for name in names if wanted.get(name) != stored.get(name)))


def _content(row: Sequence[object]) -> tuple[object, ...]:
    """A row without the mark of who made it."""
    return (*row[:5], row[6])
