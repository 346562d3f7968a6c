"""A data directory that was copied, moved or put back starts killed, and says so once."""

import shutil
from dataclasses import replace
from pathlib import Path

from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.system.birthplace import FILE, birthplace, note, remembered
from watchkeeper.bootstrap.provenance import note_its_place, stopped_for_its_place


def started(folder: Path, entries: int) -> tuple[str, bool]:
    """Why a start is killed, and whether its page says stop."""
    page = SimulatedKillPage()
    return stopped_for_its_place(folder, entries, page), page.engaged()


def home(tmp_path: Path, entries: int = 10) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    assert started(folder, 0) == ("", False)
    note_its_place(folder, entries)
    return folder


def test_at_home_it_starts_as_ever(tmp_path: Path) -> None:
    folder = home(tmp_path)
    assert started(folder, 10) == ("", False)
    assert started(folder, 12) == ("", False)
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600


def test_a_copy_of_the_directory_starts_killed_and_its_original_does_not(tmp_path: Path) -> None:
    folder = home(tmp_path)
    shutil.copytree(folder, tmp_path / "copy")
    why, engaged = started(tmp_path / "copy", 10)
    assert engaged
    assert "another one than it was" in why
    assert "watchkeeper kill release" in why
    assert started(folder, 10) == ("", False)


def test_on_another_machine_it_starts_killed(tmp_path: Path) -> None:
    folder = home(tmp_path)
    note(folder, replace(birthplace(folder, 10), machine="another"))
    why, engaged = started(folder, 10)
    assert engaged
    assert "another machine" in why


def test_a_journal_that_was_put_back_alone_starts_killed(tmp_path: Path) -> None:
    why, engaged = started(home(tmp_path, entries=10), 9)
    assert engaged
    assert "9 entries and had 10" in why


def test_once_a_person_has_released_it_the_next_start_is_a_plain_one(tmp_path: Path) -> None:
    folder = home(tmp_path)
    shutil.copytree(folder, tmp_path / "copy")
    assert started(tmp_path / "copy", 10)[1]
    assert started(tmp_path / "copy", 10) == ("", False)


def test_what_cannot_be_read_starts_killed(tmp_path: Path) -> None:
    folder = home(tmp_path)
    (folder / FILE).write_text("{")
    why, engaged = started(folder, 10)
    assert engaged
    assert FILE in why
    assert remembered(folder) == birthplace(folder, 10)


def test_a_machine_without_an_id_is_always_the_same_one(tmp_path: Path) -> None:
    assert birthplace(tmp_path, 0, tmp_path / "none").machine == ""
