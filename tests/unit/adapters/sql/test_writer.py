"""The one writer: what waits goes together, and only the one that is to blame is refused."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry, Fold
from watchkeeper.ports.errors import JournalFailed

CLOCK = ManualClock(datetime(2026, 11, 25, 12, tzinfo=UTC))
SYSTEM = Actor(kind=ActorKind.SYSTEM, name="engine")


@dataclass(frozen=True, kw_only=True)
class Opened(Body, kind="hatch.opened"):
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
