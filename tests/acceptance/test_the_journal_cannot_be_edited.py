"""Whoever edits the journal's file is found out, and the place is named."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import FOUR
from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.journal_file import JournalFile, StoredEntry
from tests.acceptance.rig.metrics import Metrics
from tests.acceptance.rig.watchkeeper import Json, Watchkeeper

pytestmark = pytest.mark.live("prometheus")

CHANGES = 50
SEED = 20261124


@pytest.fixture(scope="module")
def written(shared_metrics: Metrics, session_folder: Path) -> Iterator[Watchkeeper]:
    """A Watchkeeper that has written an incident into its journal, and has stopped."""
    folder = session_folder / "written"
    folder.mkdir(mode=0o755)
    estate = Estate(folder=folder, metrics=shared_metrics)
    watchkeeper = Watchkeeper(folder)
    try:
        estate.build(FOUR)
        estate.write(folder, listen=watchkeeper.listen)
        watchkeeper.start()
        estate["docs"].kill_group()
        watchkeeper.until_approval(within=40)
        watchkeeper.stop()
        yield watchkeeper
    finally:
        watchkeeper.stop()
        watchkeeper.end_leftovers()
        estate.remove()


@pytest.fixture
def journal(written: Watchkeeper, tmp_path: Path) -> JournalFile:
    return JournalFile(written.data_dir, tmp_path / "copy")


def within(fault: Json, position: int) -> bool:
    low, high = fault["between"]
    return bool(low <= position <= high)


def faults_named(watchkeeper: Watchkeeper, journal: JournalFile) -> list[Json]:
    holds, report = watchkeeper.verify(journal.data_dir)
    assert not holds, "a changed journal verifies"
    assert report["ok"] is False
    faults: list[Json] = report["faults"]
    return faults


def test_an_untouched_copy_verifies(written: Watchkeeper, journal: JournalFile) -> None:
    holds, report = written.verify(journal.data_dir)
    entries = journal.entries()
    assert holds, report
    assert report == {"ok": True, "entries": len(entries), "faults": []} | report
    assert [entry.position for entry in entries] == list(
        range(entries[0].position, entries[0].position + len(entries))
    ), "positions have no gap"


def test_every_changed_byte_is_found_and_its_entry_named(
    written: Watchkeeper, journal: JournalFile
) -> None:
    chance = random.Random(SEED)
    entries = [entry for entry in journal.entries() if journal.lies_whole(entry)]
    assert len(entries) >= 5
    missed: list[tuple[int, int, list[Json]]] = []
    for _ in range(CHANGES):
        entry = chance.choice(entries)
        at = chance.randrange(len(entry.record))
        journal.with_byte_changed(entry, at=at, by=chance.randrange(1, 256))
        faults = faults_named(written, journal)
        if not any(fault.get("position") == entry.position for fault in faults):
            missed.append((entry.position, at, faults))
    assert missed == []


def test_a_forger_who_mends_the_hash_is_found_in_an_interval(
    written: Watchkeeper, journal: JournalFile
) -> None:
    entries = [entry for entry in journal.entries() if journal.lies_whole(entry)]
    entry: StoredEntry = entries[len(entries) // 2]
    journal.with_byte_and_leaf_changed(entry, at=len(entry.record) // 2, by=1)
    faults = faults_named(written, journal)
    assert any("between" in fault and within(fault, entry.position) for fault in faults), faults


def test_what_was_put_right_again_verifies(written: Watchkeeper, journal: JournalFile) -> None:
    entry = journal.entries()[0]
    journal.with_byte_changed(entry, at=0, by=255)
    faults_named(written, journal)
    journal.restored()
    assert written.verify(journal.data_dir)[0]
