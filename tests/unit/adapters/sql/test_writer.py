"""The one writer: what waits goes together, and only the one that is to blame is refused."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy.engine.interfaces import DBAPICursor

from watchkeeper.adapters.sql.database import FILE, opened
from watchkeeper.adapters.sql.folds import Folds
from watchkeeper.adapters.sql.head_files import HeadFiles
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.line import Line
from watchkeeper.adapters.sql.rows import Rows
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.sql.writer import Wanted, Writer
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry, Fold
from watchkeeper.domain.speakers import PROCESSES
from watchkeeper.ports.errors import JournalFailed

CLOCK = ManualClock(datetime(2026, 11, 25, 12, tzinfo=UTC))
SYSTEM = Actor(kind=ActorKind.SYSTEM, name="engine")


@dataclass(frozen=True, kw_only=True)
class Opened(Body, kind="hatch.opened", said_by=PROCESSES):
    """A hatch is open, or shut, or, which the database refuses, neither."""

    open: bool | None


@dataclass(frozen=True, kw_only=True)
class Hatch:
    """The last that was said of it."""

    open: bool = False
    wake_at: datetime | None = None


def evolve(_: Hatch, entry: Entry) -> Hatch:
    assert isinstance(entry.body, Opened)
    return Hatch(open=cast(bool, entry.body.open))


HATCH = Fold(prefix="hatch", state=Hatch, initial=lambda _: Hatch(), evolve=evolve)


def said(number: int, is_open: bool | None) -> Draft:
    return Draft(stream=f"hatch/{number}", body=Opened(open=is_open))


@pytest.mark.parametrize("threads", [0, 2])
async def test_a_row_that_the_database_refuses_harms_only_its_own_append(
    tmp_path: Path, threads: int
) -> None:
    journal = SqlJournal(tmp_path, (HATCH,), CLOCK, threads=threads, busy_seconds=0.2)
    drafts = [said(n, None if n == 2 else True) for n in range(5)]
    told = await asyncio.gather(
        *(journal.append(SYSTEM, (draft,)) for draft in drafts), return_exceptions=True
    )
    assert isinstance(told[2], JournalFailed)
    assert "NOT NULL" in str(told[2])
    entries = await journal.entries()
    assert [entry.stream for entry in entries] == ["hatch/0", "hatch/1", "hatch/3", "hatch/4"]
    assert [entry.position for entry in entries] == [1, 2, 3, 4]
    await journal.append(SYSTEM, (said(2, True),))
    await journal.close()
    assert (verify(tmp_path).faults, verify(tmp_path).entries) == ((), 5)


@dataclass
class CountingLine(Line):
    """Knows how many transactions there were."""

    transactions: int = 0

    @contextmanager
    def transaction(self) -> Iterator[DBAPICursor]:
        self.transactions += 1
        with super().transaction() as cursor:
            yield cursor


@pytest.fixture
def line(tmp_path: Path) -> Iterator[CountingLine]:
    line = CountingLine(opened(tmp_path / FILE))
    yield line
    line.close()
    line.engine.dispose()


def writer(line: CountingLine, folder: Path) -> Writer:
    return Writer(
        line=line,
        aside=Line(line.engine),
        rows=Rows(Folds({"hatch": HATCH})),
        clock=CLOCK,
        files=HeadFiles(folder),
    )


def wanted(*drafts: Draft) -> Wanted:
    return Wanted(actor=SYSTEM, drafts=drafts)


def test_what_waits_is_one_transaction_also_where_it_follows_on_itself(
    line: CountingLine, tmp_path: Path
) -> None:
    made = writer(line, tmp_path)
    group = [wanted(Draft(stream="hatch/1", body=Opened(open=True), expected=n)) for n in range(5)]
    outcomes = made.append(group)
    assert [outcome[0].revision for outcome in outcomes if isinstance(outcome, tuple)] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert line.transactions == 1
    made.close()


def test_a_file_put_back_from_a_copy_is_looked_at_anew(line: CountingLine, tmp_path: Path) -> None:
    """It may have as many entries as were known, and others."""
    made = writer(line, tmp_path)
    made.append([wanted(said(1, True))])
    with line.transaction() as cursor:
        for guard in ("changed", "deleted"):
            cursor.execute(f"DROP TRIGGER entries_are_not_{guard}")
        cursor.execute("UPDATE entries SET stream = 'hatch/2'")
        cursor.execute("UPDATE journal_head SET root = zeroblob(32)")
        cursor.execute("DELETE FROM streams")
    [outcome] = made.append([wanted(said(1, True))])
    assert isinstance(outcome, tuple)
    assert outcome[0].revision == 1, "what was known of the stream is not believed"
    made.close()
