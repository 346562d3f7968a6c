"""Letting the journal's archive shrink, with real journalctl on made-up archives."""

import shutil
import subprocess
from pathlib import Path

import pytest

from watchkeeper.library.playbooks.library.vacuum_journal import freed, journals

SEQUENCE = "0123456789abcdef0123456789abcdef"
MEGABYTE = 1_048_576


def archive(folder: Path, number: int) -> Path:
    """An archived journal of 8 MB with one entry, as journalctl tells one by name and header."""
    path = folder / f"system@{SEQUENCE}-{number:016x}-{number:016x}.journal"
    with path.open("wb") as file:
        file.write(b"LPKSHHRH")
        file.seek(152)  # the header's count of entries
        file.write((1).to_bytes(8, "little"))
        file.seek(256)
        file.write(b"\x01" * (8 * MEGABYTE - 256))
    return path


def test_only_journals_on_the_file_system_that_needs_space(tmp_path: Path) -> None:
    here, absent = tmp_path / "journal", tmp_path / "absent"
    here.mkdir()
    assert journals(str(tmp_path), [str(here), str(absent)]) == [str(here)]
    assert journals("/proc", [str(here)]) == []


@pytest.mark.skipif(not shutil.which("journalctl"), reason="journalctl is not installed")
def test_what_journalctl_says_is_understood(tmp_path: Path) -> None:
    machine = tmp_path / SEQUENCE
    machine.mkdir()
    archives = [archive(machine, number) for number in (1, 2, 3)]

    def vacuumed(megabytes: int) -> list[str]:
        command = ["journalctl", "--directory", str(tmp_path), f"--vacuum-size={megabytes}M"]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        return freed(ran.stdout + ran.stderr)

    assert vacuumed(100) == []
    assert vacuumed(9) == ["16.0M"]
    assert [each.exists() for each in archives] == [False, False, True], "the newest stays"


def test_nothing_freed_is_nothing_changed() -> None:
    said = "Vacuuming done, freed 0B of archived journals from /var/log/journal.\n"
    assert freed(said) == []
    assert freed("") == []
    assert freed(said.replace("0B", "8.0M")) == ["8.0M"]
