"""How fast a data directory grows: entries of the last week, and their share of the bytes."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.growth import growth, space
from watchkeeper.bootstrap.opening import NoJournal
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.events.installation import INSTALLATION, ClockJumped

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SYSTEM = Actor(kind=ActorKind.SYSTEM, name="engine")
DAY = timedelta(days=1)


def journal(folder: Path, *ages: timedelta) -> None:
    """A journal with one entry of each age, oldest first."""

    async def write() -> None:
        clock = ManualClock(NOON - ages[0])
        book = SqlJournal(folder, FOLDS, clock, threads=0)
        for age in ages:
            clock.set(NOON - age)
            draft = Draft(stream=INSTALLATION, body=ClockJumped(seconds=1.0))
            await book.append(SYSTEM, (draft,))
        await book.close()

    asyncio.run(write())


def test_a_young_journal_tells_no_growth(tmp_path: Path) -> None:
    journal(tmp_path, timedelta(hours=5))
    found = growth(tmp_path, NOON)
    assert found.per_day_bytes is None
    assert found.journal_bytes > 0 and found.heads_bytes > 0


def test_younger_than_a_week_all_of_it_counts(tmp_path: Path) -> None:
    journal(tmp_path, 2 * DAY, DAY)
    found = growth(tmp_path, NOON)
    assert found.per_day_bytes == pytest.approx((found.journal_bytes + found.heads_bytes) / 2)


def test_of_an_old_one_only_the_last_week_counts(tmp_path: Path) -> None:
    journal(tmp_path, 100 * DAY, 50 * DAY, 8 * DAY, 6 * DAY)
    found = growth(tmp_path, NOON)
    whole = found.journal_bytes + found.heads_bytes
    assert found.per_day_bytes == pytest.approx(whole / 4 / 7)


def test_an_old_one_that_has_gone_quiet_does_not_grow(tmp_path: Path) -> None:
    journal(tmp_path, 100 * DAY, 50 * DAY)
    assert growth(tmp_path, NOON).per_day_bytes == 0


def test_job_directories_count_too(tmp_path: Path) -> None:
    journal(tmp_path, 2 * DAY)
    without = growth(tmp_path, NOON).per_day_bytes
    (tmp_path / "jobs" / "W1").mkdir(parents=True)
    (tmp_path / "jobs" / "W1" / "stdout").write_bytes(b"x" * 5000)
    found = growth(tmp_path, NOON)
    assert found.jobs_bytes == 5000
    assert without is not None and found.per_day_bytes == pytest.approx(without + 2500)


def test_without_a_journal_there_is_nothing_to_tell(tmp_path: Path) -> None:
    with pytest.raises(NoJournal):
        growth(tmp_path, NOON)


def test_the_space_of_a_directory_that_is_still_to_be_made(tmp_path: Path) -> None:
    assert space(tmp_path / "not" / "yet").mount == space(tmp_path).mount
