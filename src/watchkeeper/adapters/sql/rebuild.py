"""Rebuilding the cached folds from the entries alone, and saying where the old ones differed."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from watchkeeper.adapters.sql.database import FILE, opened
from watchkeeper.adapters.sql.rows import stream_values
from watchkeeper.adapters.sql.tables import entries, streams
from watchkeeper.domain.appending import Folded, after
from watchkeeper.domain.entry import AnyFold
from watchkeeper.domain.record import entry_of

PAGE = 5000


def rebuild(directory: Path, folds: Sequence[AnyFold]) -> tuple[str, ...]:
    """Write every stream's fold anew, in one transaction; the names of those that differed.

    Replays ``evolve`` over all entries: O(entries), one state a stream in memory.
    """
    engine = opened(directory / FILE)
    by_prefix = {fold.prefix: fold for fold in folds}
    try:
        with engine.begin() as connection:
            made = _replayed(connection, by_prefix)
            values = {stream: stream_values(folded) for stream, folded in made.items()}
            stored = {row.stream: dict(row._mapping) for row in connection.execute(select(streams))}
            differing = sorted(
                name for name in {*values, *stored} if values.get(name) != stored.get(name)
            )
            connection.execute(delete(streams))
            if values:
                connection.execute(insert(streams), list(values.values()))
    finally:
        engine.dispose()
    return tuple(differing)


def _replayed(connection: Connection, folds: dict[str, AnyFold]) -> dict[str, Folded]:
    made: dict[str, Folded] = {}
    position = 0
    while True:
        wanted = (
            select(entries.c.position, entries.c.record)
            .where(entries.c.position > position)
            .order_by(entries.c.position)
            .limit(PAGE)
        )
        page = connection.execute(wanted).all()
        for row in page:
            entry = entry_of(row.record)
            made[entry.stream] = after(made.get(entry.stream), entry, folds)
        if len(page) < PAGE:
            return made
        position = page[-1].position
