"""Whoever edits the file is found out, and the place is named."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest

from tests.unit.adapters.sql.watch_book import AGENT, NOON, Forger, lines, raised, resolved, write
from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import EVERY_ENTRIES, NEWEST, TRAIL
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.audit import Fault, Report

ENTRIES = 2 * EVERY_ENTRIES + 20  # so that the trail knows several heads
PAGE_BYTES = 4096
MIDDLE = EVERY_ENTRIES + 10


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original")
    alerts = ENTRIES // 2
    drafts = [raised(n, details=lines(n).digest) for n in range(alerts)]
    drafts += [resolved(n) for n in range(alerts)]
    asyncio.run(write(folder, drafts[:1], blobs=[lines(n) for n in range(alerts)]))
    asyncio.run(write(folder, drafts[1:]))
    return folder


@pytest.fixture
def forger(original: Path, tmp_path: Path) -> Forger:
    folder = tmp_path / "copy"
    shutil.copytree(original, folder)
    return Forger(folder)


def faults(forger: Forger) -> tuple[Fault, ...]:
    report = verify(forger.folder)
    assert not report.ok
    return report.faults


def one_fault(forger: Forger) -> Fault:
    [fault] = faults(forger)
    return fault


def with_digit_changed(record: bytes) -> bytes:
    """Another server: still the record of an entry."""
    assert b'"db-1"' in record
    return record.replace(b'"db-1"', b'"db-2"')


def test_what_nobody_touched_verifies(original: Path) -> None:
    assert verify(original) == Report(entries=ENTRIES, faults=())


def test_there_has_to_be_a_journal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no journal here"):
        verify(tmp_path)


async def test_an_empty_journal_verifies(tmp_path: Path) -> None:
    await write(tmp_path, ())
    assert verify(tmp_path) == Report(entries=0, faults=())


@pytest.mark.parametrize("position", [1, MIDDLE, ENTRIES])
def test_a_changed_record_names_its_entry(forger: Forger, position: int) -> None:
    record = forger.record(position)
    forger.rewrite(position, record[:-1] + b" ", with_leaf=False)
    assert one_fault(forger) == Fault(
        what="the record does not match its leaf hash", position=position
    )


@pytest.mark.parametrize("position", [1, MIDDLE, ENTRIES])
def test_a_changed_leaf_names_its_entry(forger: Forger, position: int) -> None:
    forger.say("UPDATE entries SET leaf = zeroblob(32) WHERE position = ?", position)
    assert one_fault(forger).position == position


@pytest.mark.parametrize(
    "column", ["stream = 'alert/9999'", "revision = 7", "kind = 'alert.updated'", "schema = 2"]
)
def test_a_changed_column_names_its_entry(forger: Forger, column: str) -> None:
    forger.say(f"UPDATE entries SET {column} WHERE position = ?", MIDDLE)
    fault = one_fault(forger)
    assert (fault.what, fault.position) == ("a column differs from the record", MIDDLE)


@pytest.mark.parametrize("mended", [False, True])
@pytest.mark.parametrize("position", [1, EVERY_ENTRIES, EVERY_ENTRIES + 2])
def test_a_record_rewritten_with_its_leaf_names_the_interval_between_two_heads(
    forger: Forger, position: int, mended: bool
) -> None:
    """Also where the head in the database was made to fit."""
    forger.rewrite(position, with_digit_changed(forger.record(position)), with_leaf=True)
    if mended:
        forger.mend_head()
    fault = one_fault(forger)
    assert fault.what == "entries were rewritten with their leaves"
    assert fault.between is not None and fault.position is None
    after, until = fault.between
    assert after < position <= until
    assert until - after <= EVERY_ENTRIES


def test_the_last_entry_rewritten_with_everything_in_the_database_is_found(forger: Forger) -> None:
    last = forger.record(ENTRIES).replace(b'"quiet_cycles":0', b'"quiet_cycles":9')
    forger.rewrite(ENTRIES, last, with_leaf=True)
    forger.mend_head()
    assert one_fault(forger).between == (2 * EVERY_ENTRIES + 1, ENTRIES)


def test_without_any_head_outside_only_that_is_said(forger: Forger) -> None:
    """The limit of what a file can prove against whoever may write it: it says so."""
    forger.rewrite(1, with_digit_changed(forger.record(1)), with_leaf=True)
    forger.mend_head()
    forger.forget_heads()
    report = verify(forger.folder)
    assert report.ok
    [note] = report.notes
    assert "no head is noted outside the database" in note


def test_a_missing_head_file_is_said(forger: Forger) -> None:
    forger.forget_heads(TRAIL)
    assert verify(forger.folder).notes == (f"{TRAIL} is missing",)


def test_lines_of_the_head_files_that_say_nothing_are_counted(forger: Forger) -> None:
    with (forger.folder / TRAIL).open("a") as trail:
        trail.write("half a li\n")
    assert verify(forger.folder).notes == ("1 lines of the head files cannot be read",)


def test_heads_that_lag_behind_are_said(forger: Forger) -> None:
    """As after a crash between a commit and its note."""
    forger.forget_heads(NEWEST)
    report = verify(forger.folder)
    assert report.ok
    known = 2 * EVERY_ENTRIES + 1
    assert f"no head outside the database knows the last {ENTRIES - known} entries" in report.notes


def test_a_missing_entry_names_where(forger: Forger) -> None:
    forger.say("DELETE FROM entries WHERE position BETWEEN ? AND ?", MIDDLE, MIDDLE + 2)
    first, *_ = faults(forger)
    assert first == Fault(what="entries are missing", between=(MIDDLE - 1, MIDDLE + 2))


@pytest.mark.parametrize("mended", [False, True])
def test_an_end_that_was_cut_off_is_found(forger: Forger, mended: bool) -> None:
    forger.say("DELETE FROM entries WHERE position > ?", ENTRIES - 3)
    if mended:
        forger.mend_head()
    found = faults(forger)
    between = (ENTRIES - 3, ENTRIES)
    assert found[-1].between == between
    assert "cut off" in found[-1].what
    assert len(found) == (1 if mended else 2)


def test_an_entry_that_was_slipped_in_is_found(forger: Forger) -> None:
    forger.say(
        "INSERT INTO entries SELECT ?, 'alert/new', 1, kind, schema, record, leaf "
        "FROM entries WHERE position = 1",
        ENTRIES + 1,
    )
    found = faults(forger)
    assert found[0] == Fault(what="a column differs from the record", position=ENTRIES + 1)
    assert any("the head says" in fault.what for fault in found)


def test_two_entries_that_changed_places_are_found(forger: Forger) -> None:
    one, other = forger.record(5), forger.record(6)
    forger.rewrite(5, other, with_leaf=True)
    forger.rewrite(6, one, with_leaf=True)
    assert {fault.position for fault in faults(forger)} >= {5, 6}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("root = zeroblob(32)", "the root is not the head's"),
        ("peaks = zeroblob(32)", "the head's peaks do not make its root"),
        ("size = size - 1", f"there are {ENTRIES} entries and the head says {ENTRIES - 1}"),
    ],
)
def test_a_head_that_does_not_fit_is_found(forger: Forger, change: str, what: str) -> None:
    forger.say(f"UPDATE journal_head SET {change}")
    assert one_fault(forger).what == what


def test_a_head_that_is_gone_is_found(forger: Forger) -> None:
    forger.say("DELETE FROM journal_head")
    assert one_fault(forger).what == f"there are {ENTRIES} entries and the head is missing"


def test_an_altered_text_names_the_entry_that_cites_it(forger: Forger) -> None:
    digest = lines(7).digest
    forger.say("UPDATE blobs SET content = ? WHERE digest = ?", b"all is well", digest)
    assert one_fault(forger) == Fault(what="a text is not the one that the entry names", position=8)


@pytest.mark.parametrize("change", ["salt = x'00'", "content = NULL", "content = 'words'"])
def test_a_text_may_not_be_anything_else(forger: Forger, change: str) -> None:
    forger.say("CREATE TABLE loose AS SELECT * FROM blobs")
    forger.say("DROP TABLE blobs")
    forger.say("ALTER TABLE loose RENAME TO blobs")
    forger.say(f"UPDATE blobs SET {change} WHERE digest = ?", lines(7).digest)
    assert one_fault(forger).position == 8


def test_an_erased_text_is_no_fault(forger: Forger) -> None:
    forger.say("DELETE FROM blobs WHERE digest = ?", lines(7).digest)
    assert verify(forger.folder).ok


def test_any_byte_of_any_entry_is_found_and_placed(forger: Forger) -> None:
    chance = random.Random(20261125)
    whole = {position: forger.record(position) for position in range(1, ENTRIES + 1)}
    for _ in range(40):
        position = chance.randrange(1, ENTRIES + 1)
        record = bytearray(whole[position])
        record[chance.randrange(len(record))] ^= chance.randrange(1, 256)
        forger.rewrite(position, bytes(record), with_leaf=False)
        assert one_fault(forger).position == position
        forger.rewrite(position, whole[position], with_leaf=False)
    assert verify(forger.folder).ok


def first_page_of(forger: Forger, table: str) -> int:
    """Where a table begins in the file."""
    [(page,)] = forger.say("SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
    assert isinstance(page, int)
    return (page - 1) * PAGE_BYTES


def overwrite(path: Path, at: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * length)


@pytest.mark.parametrize("table", ["entries", "journal_head", "blobs"])
def test_a_damaged_page_is_a_fault_and_never_an_error(forger: Forger, table: str) -> None:
    at = first_page_of(forger, table)
    forger.say("PRAGMA wal_checkpoint(TRUNCATE)")
    overwrite(forger.folder / FILE, at, PAGE_BYTES)
    assert any("damaged" in fault.what for fault in faults(forger))


def test_a_damaged_header_is_a_fault_and_never_an_error(forger: Forger) -> None:
    forger.say("PRAGMA wal_checkpoint(TRUNCATE)")
    overwrite(forger.folder / FILE, 0, 100)
    assert faults(forger)


def test_half_a_file_is_a_fault_and_never_an_error(forger: Forger) -> None:
    forger.say("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = (forger.folder / FILE).read_bytes()
    (forger.folder / FILE).write_bytes(whole[: len(whole) // 2])
    assert faults(forger)


async def test_it_verifies_while_others_append(tmp_path: Path) -> None:
    journal = SqlJournal(tmp_path, FOLDS, ManualClock(NOON))
    sizes: list[int] = []
    for turn in range(8):
        appending = asyncio.gather(
            *(journal.append(AGENT, (raised(turn * 40 + n),)) for n in range(40))
        )
        report = await asyncio.to_thread(verify, tmp_path)
        assert report.faults == ()
        sizes.append(report.entries)
        await appending
    await journal.close()
    assert sizes == sorted(sizes)
    assert verify(tmp_path) == Report(entries=320, faults=())
