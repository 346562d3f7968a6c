"""The one writer of a process: what waits goes into one transaction, each append whole or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, update
from sqlalchemy.exc import DatabaseError

from watchkeeper.adapters.sql.head_files import HeadFiles
from watchkeeper.adapters.sql.rows import folded_of, stream_values
from watchkeeper.adapters.sql.tables import blobs, cursors, entries, journal_head, streams
from watchkeeper.domain.appending import Folded, Plan, StaleRevision, planned
from watchkeeper.domain.blob import Blob, opened
from watchkeeper.domain.entry import Actor, AnyFold, Draft, Entry
from watchkeeper.domain.merkle import Frontier, TreeHead
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.journal import CursorMove

HASH_BYTES = 32
CACHED_STREAMS = 4096

_UPDATE_STREAM = (
    update(streams)
    .where(streams.c.stream == bindparam("of"))
    .values(
        prefix=bindparam("prefix"),
        revision=bindparam("revision"),
        wake_at=bindparam("wake_at"),
        open=bindparam("open"),
        readable=bindparam("readable"),
        state=bindparam("state"),
    )
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One append as it was asked for."""

    actor: Actor
    drafts: Sequence[Draft]
    blobs: Sequence[Blob] = ()
    cursor: CursorMove | None = None


Outcome = tuple[Entry, ...] | Exception


@dataclass
class _Group:
    """What one transaction has gathered so far."""

    frontier: Frontier
    plans: list[Plan] = field(default_factory=list)
    folded: dict[str, Folded] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)  # streams that have a row already
    blobs: dict[str, Blob] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    before: dict[str, int | None] = field(default_factory=dict)  # cursors as they were stored


@dataclass
class Writer:
    """Appends to the database. Not for concurrent use: one thread (or the caller) owns it."""

    engine: Engine
    folds: Mapping[str, AnyFold]
    clock: Clock
    files: HeadFiles
    _cache: dict[str, Folded] = field(default_factory=dict)
    _size: int = -1

    def append(self, wanted: Sequence[Wanted]) -> list[Outcome]:
        """Everything that waits, in one transaction; one outcome each, in order."""
        try:
            with self.engine.begin() as connection:
                group = self._begun(connection)
                outcomes = [self._tried(connection, group, one) for one in wanted]
                self._written(connection, group)
        except DatabaseError:
            self._cache, self._size = {}, -1
            raise
        self._remember(group)
        if group.plans:
            head = TreeHead(size=group.frontier.size, root=group.frontier.root())
            self.files.write(head, self.clock.now())
        return outcomes

    def _begun(self, connection: Connection) -> _Group:
        row = connection.execute(select(journal_head)).one()
        if row.size != self._size:  # another process has written: nothing cached is certain
            self._cache = {}
        peaks = tuple(
            row.peaks[at : at + HASH_BYTES] for at in range(0, len(row.peaks), HASH_BYTES)
        )
        return _Group(frontier=Frontier(size=row.size, peaks=peaks))

    def _tried(self, connection: Connection, group: _Group, wanted: Wanted) -> Outcome:
        """Plan one append; whatever it raises is its own outcome and touches no other."""

        def look(stream: str) -> Folded | None:
            return group.folded.get(stream) or self._stored(connection, group, stream)

        try:
            for blob in wanted.blobs:
                opened(blob)
            self._cursor_stands(connection, group, wanted.cursor)
            plan = planned(
                wanted.actor,
                wanted.drafts,
                at=self.clock.now(),
                frontier=group.frontier,
                look=look,
                folds=self.folds,
            )
        except DatabaseError:
            raise
        except Exception as refusal:  # noqa: BLE001 handed to its caller, who raises it
            return refusal
        group.frontier = plan.frontier
        group.folded.update(plan.folded)
        group.blobs.update({blob.digest: blob for blob in wanted.blobs})
        if plan.rows:
            group.plans.append(plan)
        if wanted.cursor:
            group.cursors[wanted.cursor.name] = wanted.cursor.position
        return tuple(row.entry for row in plan.rows)

    def _stored(self, connection: Connection, group: _Group, stream: str) -> Folded | None:
        found = self._cache.get(stream)
        if found is None:
            row: Row[Any] | None = connection.execute(
                select(streams).where(streams.c.stream == stream)
            ).one_or_none()
            found = folded_of(row, self.folds) if row else None
        if found is not None:
            group.known.add(stream)
        return found

    def _cursor_stands(
        self, connection: Connection, group: _Group, move: CursorMove | None
    ) -> None:
        """Raise StaleRevision unless the cursor stands where its mover saw it."""
        if move is None:
            return
        if move.name not in group.before:
            group.before[move.name] = connection.execute(
                select(cursors.c.position).where(cursors.c.name == move.name)
            ).scalar_one_or_none()
        stands = group.cursors.get(move.name, group.before[move.name] or 0)
        if stands != move.seen or move.position < stands:
            raise StaleRevision(f"cursor {move.name} stands at {stands}, not at {move.seen}")

    def _written(self, connection: Connection, group: _Group) -> None:
        rows = [row for plan in group.plans for row in plan.rows]
        if rows:
            connection.execute(
                insert(entries),
                [
                    {
                        "position": row.entry.position,
                        "stream": row.entry.stream,
                        "revision": row.entry.revision,
                        "kind": row.kind,
                        "schema": row.schema,
                        "record": row.record,
                        "leaf": row.leaf,
                    }
                    for row in rows
                ],
            )
        self._write_folds(connection, group)
        self._write_blobs(connection, group)
        self._write_cursors(connection, group)
        if rows:
            connection.execute(
                update(journal_head).values(
                    size=group.frontier.size,
                    peaks=b"".join(group.frontier.peaks),
                    root=group.frontier.root(),
                )
            )

    def _write_folds(self, connection: Connection, group: _Group) -> None:
        values = [stream_values(folded) for folded in group.folded.values()]
        new = [value for value in values if value["stream"] not in group.known]
        old = [{**value, "of": value["stream"]} for value in values if value not in new]
        if new:
            connection.execute(insert(streams), new)
        if old:
            connection.execute(_UPDATE_STREAM, old)

    def _write_blobs(self, connection: Connection, group: _Group) -> None:
        if not group.blobs:
            return
        stored = set(
            connection.execute(
                select(blobs.c.digest).where(blobs.c.digest.in_(list(group.blobs)))
            ).scalars()
        )
        new = [
            {"digest": blob.digest, "salt": blob.salt, "content": blob.content}
            for blob in group.blobs.values()
            if blob.digest not in stored
        ]
        if new:
            connection.execute(insert(blobs), new)

    def _write_cursors(self, connection: Connection, group: _Group) -> None:
        for name, position in group.cursors.items():
            if group.before[name] is None:
                connection.execute(insert(cursors).values(name=name, position=position))
            else:
                connection.execute(
                    update(cursors).where(cursors.c.name == name).values(position=position)
                )

    def _remember(self, group: _Group) -> None:
        self._size = group.frontier.size
        if len(self._cache) > CACHED_STREAMS:
            self._cache = {}
        self._cache.update(group.folded)
