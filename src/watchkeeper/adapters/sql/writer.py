"""The one writer of a process: what waits goes into one transaction, each append whole or not."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import structlog
from sqlalchemy.engine.interfaces import DBAPICursor

from watchkeeper.adapters.sql.database import reading
from watchkeeper.adapters.sql.head_files import HeadFiles
from watchkeeper.adapters.sql.line import Line, RowRefused
from watchkeeper.adapters.sql.rows import Rows, micros, stream_row
from watchkeeper.domain.appending import Folded, Plan, Row, planned, state_bytes
from watchkeeper.domain.blob import Blob, opened
from watchkeeper.domain.entry import Actor, Draft, Entry
from watchkeeper.domain.merkle import Frontier, TreeHead
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import JournalFailed
from watchkeeper.ports.journal import CursorMove

log = structlog.get_logger()

HASH_BYTES = 32
CACHED_STREAMS = 4096


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One append as it was asked for."""

    actor: Actor
    drafts: Sequence[Draft]
    blobs: Sequence[Blob] = ()
    cursor: CursorMove | None = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A worker wants a stream for itself for a while."""

    stream: str
    worker: str
    seconds: float


Outcome = tuple[Entry, ...] | Exception


@dataclass
class _Group:
    """What one transaction has gathered so far."""

    cursor: DBAPICursor
    before: TreeHead
    frontier: Frontier
    rows: list[Row] = field(default_factory=list)
    folded: dict[str, Folded] = field(default_factory=dict)
    states: dict[str, bytes] = field(default_factory=dict)
    blobs: list[Blob] = field(default_factory=list)
    cursors: dict[str, int] = field(default_factory=dict)

    @cached_property
    def head(self) -> TreeHead:
        """The head of the tree when the whole group is in."""
        return TreeHead(size=self.frontier.size, root=self.frontier.root())


@dataclass
class Writer:
    """Appends to the database. Not for concurrent use: one thread (or the caller) owns it."""

    line: Line  # durable
    aside: Line  # fleeting, for claims
    rows: Rows
    clock: Clock
    files: HeadFiles
    _cache: dict[str, Folded] = field(default_factory=dict)
    _head: TreeHead | None = None  # what the cached folds belong to

    def append(self, wanted: Sequence[Wanted]) -> list[Outcome]:
        """Everything that waits, in one transaction; one outcome each, in order.

        Raises JournalFailed when nothing of it could be written.
        """
        try:
            return self._together(wanted)
        except RowRefused:
            if len(wanted) == 1:
                raise
        return [self._alone(one) for one in wanted]  # only the one that is to blame is refused

    def claim(self, claims: Sequence[Claim]) -> list[bool]:
        """Take or renew each claim unless another worker's still holds. Raises JournalFailed."""
        with self.aside.transaction() as cursor:
            return [self._claimed(cursor, claim) for claim in claims]

    def adopt(self) -> None:
        """Make the states of open streams anew that another version of this program kept last.

        Else none of them would be due here. Raises JournalFailed.
        """
        statements, mark = self.rows.statements, self.rows.folds.mark
        with reading(self.line.engine) as cursor:
            cursor.execute(statements.open_but_not_ours, (mark,))
            if cursor.fetchone() is None:
                return
        with self.line.transaction() as cursor:
            cursor.execute(statements.open_but_not_ours, (mark,))
            for (stream,) in cursor.fetchall():
                folded = self.rows.stored(cursor, stream)
                if folded is not None:
                    row = stream_row(folded, state_bytes(folded), mark)
                    cursor.execute(statements.put_stream, row)

    def close(self) -> None:
        """Close both connections and the head's file."""
        self.line.close()
        self.aside.close()
        self.files.close()

    def _alone(self, wanted: Wanted) -> Outcome:
        try:
            return self._together((wanted,))[0]
        except JournalFailed as failure:
            return failure

    def _together(self, wanted: Sequence[Wanted]) -> list[Outcome]:
        cache, self._cache = self._cache, {}  # lost if anything fails
        with self.line.transaction() as cursor:
            group = self._begun(cursor)
            if group.before == self._head:  # else another process has written meanwhile
                self._cache = cache
            outcomes = [self._tried(group, one) for one in wanted]
            self._write(group)
        self._remember(group)
        return outcomes

    def _begun(self, cursor: DBAPICursor) -> _Group:
        cursor.execute(self.rows.statements.head)
        [(size, peaks, root)] = cursor.fetchall()
        frontier = Frontier(
            size=size,
            peaks=tuple(peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)),
        )
        return _Group(cursor=cursor, before=TreeHead(size=size, root=root), frontier=frontier)

    def _tried(self, group: _Group, wanted: Wanted) -> Outcome:
        """Plan one append; whatever it raises is its own outcome and touches no other."""
        try:
            plan = self._planned(group, wanted)
        except (JournalFailed, sqlite3.Error):
            raise
        except Exception as refusal:  # noqa: BLE001 handed to its caller, who raises it
            return refusal
        group.frontier = plan.frontier
        group.rows.extend(plan.rows)
        group.folded.update(plan.folded)
        group.states.update(plan.states)
        group.blobs.extend(wanted.blobs)
        if wanted.cursor:
            group.cursors[wanted.cursor.name] = wanted.cursor.position
        return tuple(row.entry for row in plan.rows)

    def _planned(self, group: _Group, wanted: Wanted) -> Plan:
        def look(stream: str) -> Folded | None:
            return group.folded.get(stream) or self._stored(group, stream)

        for blob in wanted.blobs:
            opened(blob)
        if wanted.cursor:
            wanted.cursor.check(self._stands(group, wanted.cursor.name), group.before.size)
        return planned(
            wanted.actor,
            wanted.drafts,
            at=self.clock.now(),
            frontier=group.frontier,
            look=look,
            folds=self.rows.folds.by_prefix,
        )

    def _stored(self, group: _Group, stream: str) -> Folded | None:
        found = self._cache.get(stream) or self.rows.stored(group.cursor, stream)
        if found is not None:
            self._cache[stream] = found
        return found

    def _stands(self, group: _Group, name: str) -> int:
        """Where a cursor stands, with what the group has moved already."""
        if name not in group.cursors:
            group.cursor.execute(self.rows.statements.cursor, (name,))
            row = group.cursor.fetchone()
            return row[0] if row else 0
        return group.cursors[name]

    def _write(self, group: _Group) -> None:
        """Everything the group has gathered; the head last."""
        write, statements, mark = group.cursor, self.rows.statements, self.rows.folds.mark
        write.executemany(statements.add_entry, [_entry_row(row) for row in group.rows])
        write.executemany(
            statements.put_stream,
            [stream_row(one, group.states[one.stream], mark) for one in group.folded.values()],
        )
        write.executemany(
            statements.add_blob, [(blob.digest, blob.salt, blob.content) for blob in group.blobs]
        )
        write.executemany(statements.put_cursor, list(group.cursors.items()))
        if group.rows:
            head = group.head
            write.execute(
                statements.set_head, (head.size, b"".join(group.frontier.peaks), head.root)
            )

    def _remember(self, group: _Group) -> None:
        """What is now in the database, in the cache and in the files beside it."""
        self._head = group.head
        if len(self._cache) > CACHED_STREAMS:
            self._cache = {}
        self._cache.update(group.folded)
        if group.rows:
            self._note(self._head)

    def _note(self, head: TreeHead) -> None:
        """The entries are in already: a head that cannot be noted is told, and fails nobody."""
        try:
            self.files.write(head, self.clock.now())
        except OSError as failure:
            log.error("tree_head_not_noted", size=head.size, error=str(failure))

    def _claimed(self, cursor: DBAPICursor, claim: Claim) -> bool:
        now = self.clock.now()
        cursor.execute(self.rows.statements.claim, (claim.stream,))
        row = cursor.fetchone()
        if row is not None and row[1] != claim.worker and row[2] > micros(now):
            return False
        until = micros(_after(now, claim.seconds))
        cursor.execute(self.rows.statements.put_claim, (claim.stream, claim.worker, until))
        return True


def _after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def _entry_row(row: Row) -> tuple[object, ...]:
    entry = row.entry
    return (
        entry.position,
        entry.stream,
        entry.revision,
        entry.body.kind,
        entry.body.schema,
        row.record,
        row.leaf,
    )
