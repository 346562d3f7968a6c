"""Every state made anew from the entries alone, all of them or none."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.journal.tally import (
    AGENT,
    FOLDS,
    FoldRefused,
    Tally,
    Weighed,
    added,
    begun,
    newer_program,
)
from watchkeeper.adapters.sql import rebuild as rebuilding
from watchkeeper.adapters.sql import rows
from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.rebuild import differing, rebuild
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.entry import Draft, Entry

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
CLOCK = ManualClock(NOON)


async def write(folder: Path, *drafts: Draft) -> None:
    journal = SqlJournal(folder, FOLDS, CLOCK, threads=0)
    await journal.append(AGENT, drafts)
    await journal.close()


def states(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / FILE)) as database:
        return database.execute("SELECT * FROM streams ORDER BY stream").fetchall()


def spoil(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        database.execute("UPDATE streams SET state = x'7b7d'")


@pytest.mark.parametrize("page", [1, 3, 4, 7, 8, 5000])
async def test_entries_are_read_in_pages_and_none_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    await write(tmp_path, begun("tally/a"), *(added(f"tally/{n % 2}", n) for n in range(6)))
    whole = states(tmp_path)
    monkeypatch.setattr(rebuilding, "_PAGE", page)
    monkeypatch.setattr(rows, "_PAGE", page)
    spoil(tmp_path)
    assert rebuild(tmp_path, FOLDS) == ("tally/0", "tally/1", "tally/a")
    assert states(tmp_path) == whole
    with closing(sqlite3.connect(tmp_path / FILE)) as database, database:
        database.execute("DELETE FROM streams")
    journal = SqlJournal(tmp_path, FOLDS, CLOCK, threads=0)
    held = await journal.held("tally/1")
    assert held is not None and held.state.total == 1 + 3 + 5
    await journal.close()


async def test_what_would_differ_is_said_beside_a_daemon_and_changes_nothing(
    tmp_path: Path,
) -> None:
    journal = SqlJournal(tmp_path, FOLDS, CLOCK)
    await journal.append(AGENT, (begun("tally/a"), begun("tally/b")))
    spoil(tmp_path)
    spoiled = states(tmp_path)
    assert differing(tmp_path, FOLDS) == ("tally/a", "tally/b")
    await journal.append(AGENT, (added("tally/b"),))
    assert differing(tmp_path, FOLDS) == ("tally/a",)
    assert states(tmp_path)[0] == spoiled[0]
    await journal.close()


async def test_a_rebuild_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    await write(tmp_path, begun("tally/a"), added("tally/b", 2))
    spoil(tmp_path)
    spoiled = states(tmp_path)

    def refuses(tally: Tally, entry: Entry) -> Tally:
        raise FoldRefused(f"{tally} {entry.body}")

    with pytest.raises(FoldRefused):
        rebuild(tmp_path, (replace(FOLDS[0], evolve=refuses),))
    assert states(tmp_path) == spoiled
    assert rebuild(tmp_path, FOLDS) == ("tally/a", "tally/b")


async def test_what_cannot_be_read_is_kept_as_unreadable(tmp_path: Path) -> None:
    with newer_program():
        await write(
            tmp_path, begun("tally/a", NOON), Draft(stream="tally/a", body=Weighed(grams=3))
        )
        by_the_newer = states(tmp_path)
    assert rebuild(tmp_path, FOLDS) == ("tally/a",)
    [(stream, revision, _, is_open, readable, *_)] = states(tmp_path)
    assert (stream, revision, is_open, readable) == ("tally/a", 2, 1, 0)
    with newer_program():
        assert rebuild(tmp_path, FOLDS) == ("tally/a",)
        assert states(tmp_path) == by_the_newer


def test_there_has_to_be_a_journal_to_compare(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no journal here"):
        differing(tmp_path, FOLDS)
