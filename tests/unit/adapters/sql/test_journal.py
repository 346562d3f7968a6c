"""The journal behind its port: what only the one on a file promises."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.journal.tally import AGENT, FOLDS, added
from watchkeeper.adapters.sql.head_files import NEWEST, noted
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.ports.errors import JournalClosed, JournalFailed

CLOCK = ManualClock(datetime(2026, 11, 25, 12, tzinfo=UTC))
AT_ONCE = 0.5  # well below the second after which whoever waits looks up anyway


@pytest.mark.parametrize("threads", [0, 2])
@pytest.mark.parametrize("how", ["close", "fence"])
async def test_who_waits_for_news_is_told_at_once_that_it_ended(
    tmp_path: Path, threads: int, how: str
) -> None:
    journal = SqlJournal(tmp_path, FOLDS, CLOCK, threads=threads)
    waiting = asyncio.create_task(journal.changed(after=0))
    await asyncio.sleep(0.05)
    if how == "close":
        await journal.close()
    else:
        journal.fence()
    with pytest.raises(JournalClosed):
        await asyncio.wait_for(waiting, AT_ONCE)


@pytest.mark.parametrize("threads", [0, 2])
async def test_every_append_notes_its_head_outside(tmp_path: Path, threads: int) -> None:
    journal = SqlJournal(tmp_path, FOLDS, CLOCK, threads=threads)
    for _ in range(3):
        await journal.append(AGENT, (added("tally/a"),))
        head = await journal.head()
        await journal.claim("tally/a", "one", 60)  # the appender is past its last append
        assert noted(tmp_path).heads[-1] == head
    await journal.close()


async def test_a_head_that_cannot_be_noted_fails_nobody(tmp_path: Path) -> None:
    (tmp_path / NEWEST).mkdir()
    journal = SqlJournal(tmp_path, FOLDS, CLOCK, threads=0)
    [entry] = await journal.append(AGENT, (added("tally/a"),))
    assert (await journal.head()).size == entry.position == 1
    (tmp_path / NEWEST).rmdir()
    await journal.append(AGENT, (added("tally/a"),))
    assert noted(tmp_path).newest == 2
    await journal.close()


async def test_who_cannot_get_past_another_writer_fails_and_tries_again(tmp_path: Path) -> None:
    one = SqlJournal(tmp_path, FOLDS, CLOCK, threads=0)
    other = SqlJournal(tmp_path, FOLDS, CLOCK, threads=0, busy_seconds=0.05)
    with one._writer.line.transaction(), pytest.raises(JournalFailed, match="locked"):
        await other.append(AGENT, (added("tally/a"),))
    await other.append(AGENT, (added("tally/a"),))
    assert (await one.head()).size == 1
    await one.close()
    await other.close()
