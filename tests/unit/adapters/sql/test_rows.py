"""A stream's row is a cache: believed where it is ours and newest, else made from the entries."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine.interfaces import DBAPICursor

from tests.contract.journal.tally import AGENT, FOLDS, Tally, added, begun, fold_of
from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.folds import Folds
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.rows import Rows, held_of, instant_of, micros, stream_row
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.appending import Folded, state_bytes
from watchkeeper.domain.entry import KINDS
from watchkeeper.ports.errors import JournalFailed
from watchkeeper.ports.journal import Held

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
OURS = Folds({fold.prefix: fold for fold in FOLDS})


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    journal = SqlJournal(tmp_path, FOLDS, ManualClock(NOON), threads=0)
    await journal.append(AGENT, (begun("tally/a", NOON), added("tally/a", 2), begun("tally/b")))
    await journal.close()
    return tmp_path / FILE


@pytest.fixture
def cursor(database: Path) -> Iterator[DBAPICursor]:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield cast(DBAPICursor, connection.cursor())


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_is_kept_to_the_microsecond(instant: datetime) -> None:
    assert instant_of(micros(instant)) == instant


def test_a_microsecond_later_is_one_more() -> None:
    assert micros(NOON + timedelta(microseconds=1)) == micros(NOON) + 1
    assert micros(datetime(1970, 1, 1, tzinfo=UTC)) == 0


def test_a_row_of_our_own_is_believed(cursor: DBAPICursor) -> None:
    cursor.execute("UPDATE streams SET state = ? WHERE stream = 'tally/a'", (b'{"total":99}',))
    stored = Rows(OURS).stored(cursor, "tally/a")
    assert stored is not None and stored.state == Tally(total=99)


@pytest.mark.parametrize(
    "spoiled",
    [
        "UPDATE streams SET made_by = 'another', state = x'7b7d'",
        "UPDATE streams SET revision = 1, state = x'7b7d'",
        "DELETE FROM streams",
    ],
)
def test_any_other_is_made_from_the_entries(cursor: DBAPICursor, spoiled: str) -> None:
    cursor.execute(spoiled)
    stored = Rows(OURS).stored(cursor, "tally/a")
    state = Tally(total=2, wake_at=NOON, open=True)
    assert stored == Folded(stream="tally/a", revision=2, readable=True, state=state)


def test_it_is_made_once_a_revision(cursor: DBAPICursor) -> None:
    cursor.execute("DELETE FROM streams")
    rows = Rows(OURS)
    first = rows.stored(cursor, "tally/a")
    assert rows.stored(cursor, "tally/a") is first
    assert rows.stored(cursor, "tally/b") is not first


async def test_it_is_made_again_when_more_was_said(database: Path, cursor: DBAPICursor) -> None:
    rows = Rows(Folds({"tally": fold_of("tally", version=2)}))  # to whom no row is their own
    assert rows.stored(cursor, "tally/a") is not None
    journal = SqlJournal(database.parent, FOLDS, ManualClock(NOON), threads=0)
    await journal.append(AGENT, (added("tally/a", 5),))
    await journal.close()
    stored = rows.stored(cursor, "tally/a")
    assert stored is not None and (stored.revision, stored.state.total) == (3, 7)


def test_nothing_was_ever_said_there(cursor: DBAPICursor) -> None:
    assert Rows(OURS).stored(cursor, "tally/z") is None


def test_entries_that_cannot_be_found_are_a_failure(cursor: DBAPICursor) -> None:
    with pytest.raises(JournalFailed, match="verify the journal"):
        Rows(OURS).replayed(cursor, "tally/z", 1)


@pytest.mark.parametrize("wake_at", [None, NOON])
def test_a_fold_and_its_row_say_the_same(wake_at: datetime | None) -> None:
    state = Tally(total=1, wake_at=wake_at, open=True)
    folded = Folded(stream="tally/a", revision=3, readable=False, state=state)
    row = stream_row(folded, state_bytes(folded), "mark")
    assert row == (
        "tally/a",
        3,
        micros(NOON) if wake_at else None,
        True,
        False,
        "mark",
        state_bytes(folded),
    )
    assert held_of(folded) == Held(stream="tally/a", revision=3, state=state, readable=False)


def test_the_mark_is_that_of_the_folds_and_of_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Folds({fold.prefix: fold for fold in reversed(FOLDS)})
    assert again.mark == OURS.mark, "the order says nothing"
    newer = Folds({**OURS.by_prefix, "tally": fold_of("tally", version=2)})
    fewer = Folds({"tally": fold_of("tally")})
    monkeypatch.delitem(KINDS, "tally.ended")
    without = Folds(OURS.by_prefix)
    assert len({OURS.mark, newer.mark, fewer.mark, without.mark}) == 4
