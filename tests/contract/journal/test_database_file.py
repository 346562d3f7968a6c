"""The database file itself: its guard rails, its schema, and what is made anew from its entries."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.contract.journal.conftest import NOON
from tests.contract.journal.tally import AGENT, FOLDS, added, begun, ended, fold_of
from watchkeeper.adapters.sql.database import FILE, opened_for_reading
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.rebuild import differing, rebuild
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.blob import sealed
from watchkeeper.ports.errors import SchemaTooNew
from watchkeeper.ports.journal import CursorMove

TEXT = sealed("what was seen", b"salt")


@pytest.fixture
async def folder(tmp_path: Path, clock: ManualClock) -> Path:
    """A journal with a little of everything, closed."""
    journal = SqlJournal(tmp_path, FOLDS, clock, threads=0)
    await journal.append(AGENT, (begun("tally/a", NOON), added("tally/a", 2), begun("tally/b")))
    await journal.append(
        AGENT,
        (ended("tally/b"), begun("unheard/c"), begun("tallyho")),
        blobs=(TEXT,),
        cursor=CursorMove(name="router", position=3, seen=0),
    )
    await journal.close()
    return tmp_path


def said(folder: Path, statement: str, *pragmas: str) -> list[tuple[object, ...]]:
    """One statement by somebody who opens the file with a tool of their own."""
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        for pragma in pragmas:
            database.execute(pragma)
        return database.execute(statement).fetchall()


COPIED = "SELECT 2, stream, revision, kind, schema, record, leaf FROM entries WHERE position = 1"
SPOILING = [
    "UPDATE entries SET record = x'00' WHERE position = 2",
    "UPDATE entries SET leaf = leaf",
    "DELETE FROM entries WHERE position = 6",
    "DELETE FROM entries",
    f"INSERT OR REPLACE INTO entries {COPIED}",
    f"REPLACE INTO entries {COPIED.replace('2, stream', '99, stream')}",  # the same revision
    f"INSERT OR IGNORE INTO entries {COPIED}",
]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("statement", SPOILING)
def test_an_entry_is_neither_changed_nor_deleted_nor_replaced(
    folder: Path, statement: str, recursive: str
) -> None:
    before = said(folder, "SELECT * FROM entries")
    with pytest.raises(sqlite3.IntegrityError, match="entries are never"):
        said(folder, statement, f"PRAGMA recursive_triggers={recursive}")
    assert said(folder, "SELECT * FROM entries") == before


def test_a_text_and_a_state_can_be_taken_away(folder: Path) -> None:
    """Erasing a text is allowed: that no proof hangs on it is the point of its digest."""
    said(folder, "DELETE FROM blobs")
    said(folder, "DELETE FROM streams")


OPENING: dict[str, Callable[[Path], object]] = {
    "to write": lambda folder: SqlJournal(folder, FOLDS, ManualClock(NOON), threads=0),
    "to read": lambda folder: opened_for_reading(folder / FILE),
    "to make anew": lambda folder: rebuild(folder, FOLDS),
    "to compare": lambda folder: differing(folder, FOLDS),
}


@pytest.mark.parametrize("purpose", OPENING)
def test_a_file_of_a_newer_schema_is_not_touched(folder: Path, purpose: str) -> None:
    said(folder, "UPDATE journal_head SET schema_version = schema_version + 1")
    said(folder, "SELECT 1", "PRAGMA wal_checkpoint(TRUNCATE)")
    before = (folder / FILE).read_bytes()
    with pytest.raises(SchemaTooNew, match="use a newer watchkeeper"):
        OPENING[purpose](folder)
    assert (folder / FILE).read_bytes() == before


async def test_the_file_is_for_its_owner_only(folder: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.glob("journal*")}
    assert modes == dict.fromkeys(modes, 0o600)
    assert FILE in modes


@pytest.mark.parametrize(
    ("spoiled", "named"),
    [
        ("UPDATE streams SET state = x'7b7d' WHERE stream = 'tally/a'", ("tally/a",)),
        ("UPDATE streams SET wake_at = wake_at + 1", ("tally/a",)),
        ("UPDATE streams SET open = 1 - open WHERE stream = 'tallyho'", ("tallyho",)),
        ("UPDATE streams SET readable = 0 WHERE stream = 'unheard/c'", ("unheard/c",)),
        ("UPDATE streams SET revision = 9 WHERE stream = 'tally/b'", ("tally/b",)),
        ("DELETE FROM streams WHERE stream LIKE 'tally/%'", ("tally/a", "tally/b")),
        (
            "INSERT INTO streams SELECT 'ghost', 1, NULL, 1, 1, made_by, state FROM streams "
            "WHERE stream = 'tally/a'",
            ("ghost",),
        ),
    ],
)
def test_states_are_made_anew_row_by_row(
    folder: Path, spoiled: str, named: tuple[str, ...]
) -> None:
    whole = said(folder, "SELECT * FROM streams ORDER BY stream")
    assert differing(folder, FOLDS) == ()
    said(folder, spoiled)
    assert said(folder, "SELECT * FROM streams ORDER BY stream") != whole
    assert differing(folder, FOLDS) == named
    assert rebuild(folder, FOLDS) == named
    assert said(folder, "SELECT * FROM streams ORDER BY stream") == whole
    assert rebuild(folder, FOLDS) == ()


async def test_a_state_kept_by_other_rules_is_made_anew_when_it_is_opened(
    folder: Path, clock: ManualClock
) -> None:
    """As after an upgrade: a row with another mark is a cache of something else."""
    said(folder, "UPDATE streams SET made_by = 'another', state = x'7b7d', wake_at = NULL")
    journal = SqlJournal(folder, FOLDS, clock, threads=0)
    held = await journal.held("tally/a")
    assert held is not None and (held.state.total, held.state.wake_at) == (2, NOON)
    assert await journal.due(NOON) == ("tally/a",)
    await journal.close()


async def test_a_fold_of_another_version_does_not_trust_the_states(
    folder: Path, clock: ManualClock
) -> None:
    said(folder, "UPDATE streams SET state = x'7b7d' WHERE stream = 'tally/a'")
    journal = SqlJournal(folder, FOLDS, clock, threads=0)
    held = await journal.held("tally/a")
    assert held is not None and held.state.total == 0, "a row of its own make is believed"
    await journal.close()
    journal = SqlJournal(folder, (fold_of("tally", version=2), *FOLDS[1:]), clock, threads=0)
    held = await journal.held("tally/a")
    assert held is not None and held.state.total == 2
    await journal.close()
