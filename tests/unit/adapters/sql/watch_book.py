"""A small journal of the watch's own words, and somebody who edits its file behind its back."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import NEWEST, TRAIL
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, alert_stream
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.severity import AlertSeverity

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
AGENT = Actor(kind=ActorKind.AGENT, name="monitoring")


def raised(number: int, details: str = "") -> Draft:
    name = f"{number:04d}"
    body = AlertRaised(
        fingerprint=name,
        source="prometheus",
        server="db-1",
        severity=AlertSeverity.WARNING,
        anomalies=(),
        started_at=NOON,
        details=details,
    )
    return Draft(stream=alert_stream(name), body=body)


def resolved(number: int) -> Draft:
    return Draft(stream=alert_stream(f"{number:04d}"), body=AlertResolved(resolved_at=NOON))


def lines(number: int) -> Blob:
    return sealed(f"log lines around alert {number}", number.to_bytes(16))


async def write(folder: Path, drafts: Sequence[Draft], blobs: Sequence[Blob] = ()) -> None:
    """Each in a commit of its own."""
    journal = SqlJournal(folder, FOLDS, ManualClock(NOON), threads=0)
    for draft in drafts:
        await journal.append(AGENT, (draft,), blobs=blobs)
    await journal.close()


@dataclass(frozen=True)
class Forger:
    """Somebody who can write the files, and knows how the tree is made."""

    folder: Path

    def say(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """One statement, with every guard out of the way."""
        with closing(sqlite3.connect(self.folder / FILE)) as database, database:
            for name in ("changed", "deleted", "replaced"):
                database.execute(f"DROP TRIGGER IF EXISTS entries_are_not_{name}")
            return database.execute(statement, values).fetchall()

    def record(self, position: int) -> bytes:
        [(record,)] = self.say("SELECT record FROM entries WHERE position = ?", position)
        assert isinstance(record, bytes)
        return record

    def rewrite(self, position: int, record: bytes, *, with_leaf: bool) -> None:
        """Another record, and where asked for the hash that fits it."""
        self.say("UPDATE entries SET record = ? WHERE position = ?", record, position)
        if with_leaf:
            leaf = leaf_hash(record)
            self.say("UPDATE entries SET leaf = ? WHERE position = ?", leaf, position)

    def mend_head(self) -> None:
        """Make the head in the database that of the leaves as they are now."""
        leaves = self.say("SELECT leaf FROM entries ORDER BY position")
        tree = Frontier().extended(leaf for (leaf,) in leaves if isinstance(leaf, bytes))
        self.say(
            "UPDATE journal_head SET size = ?, peaks = ?, root = ?",
            tree.size,
            b"".join(tree.peaks),
            tree.root(),
        )

    def forget_heads(self, *names: str) -> None:
        for name in names or (NEWEST, TRAIL):
            (self.folder / name).unlink()
