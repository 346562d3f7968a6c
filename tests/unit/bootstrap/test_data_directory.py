"""The data directory is its owner's alone, and says so when it is not."""

import stat
from pathlib import Path

import pytest

from watchkeeper.bootstrap.data_directory import (
    DataDirectoryRefused,
    default_data_dir,
    existing,
    permission_faults,
    prepared,
    write_private,
)
from watchkeeper.bootstrap.opening import kill_page


def test_it_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    made = prepared(tmp_path / "deep" / "data")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert permission_faults(made) == []


def test_one_that_others_may_look_into_is_refused_with_the_cure(tmp_path: Path) -> None:
    open_to_all = tmp_path / "data"
    open_to_all.mkdir()
    open_to_all.chmod(0o755)
    with pytest.raises(DataDirectoryRefused, match="run: chmod 700"):
        prepared(open_to_all)


def test_files_in_it_that_others_may_read_are_found(tmp_path: Path) -> None:
    home = prepared(tmp_path / "data")
    (home / "journal.db").touch()
    (home / "journal.db").chmod(0o644)
    (home / "jobs").mkdir(mode=0o750)
    (home / "link").symlink_to("/etc/passwd")
    faults = permission_faults(home)
    assert [("chmod 700" in fault, "chmod 600" in fault) for fault in faults] == [
        (True, False),
        (False, True),
    ]


def test_the_kill_page_may_be_read_by_all(tmp_path: Path) -> None:
    """A check-up of a new installation finds nothing to mend in what it made itself."""
    home = prepared(tmp_path / "data")
    kill_page(home).create()
    (home / "kill.page").chmod(0o644)
    (home / "kill.page.laid").chmod(0o644)
    assert permission_faults(home) == []


def test_another_users_directory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = prepared(tmp_path / "data")
    monkeypatch.setattr("os.geteuid", lambda: 4_000_000)
    if home.stat().st_uid == 0:
        assert permission_faults(home) == [], "root's may be used, if the modes let us"
    else:
        assert "belongs to another user" in permission_faults(home)[0]


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(DataDirectoryRefused, match="not a directory"):
        prepared(tmp_path / "data")
    with pytest.raises(DataDirectoryRefused, match="cannot be made"):
        prepared(tmp_path / "data" / "below")


def test_reading_needs_one_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(DataDirectoryRefused, match="no such data directory"):
        existing(tmp_path / "nowhere")
    assert existing(tmp_path) == tmp_path.resolve()


def test_a_private_file_is_never_written_over(tmp_path: Path) -> None:
    write_private(tmp_path / "token", "one")
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "token", "two")
    assert (tmp_path / "token").read_text() == "one"


def test_where_it_is_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHKEEPER_DATA_DIR", "/named")
    assert default_data_dir() == Path("/named")
    monkeypatch.delenv("WATCHKEEPER_DATA_DIR")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/watchkeeper")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/alice")
    assert default_data_dir() == Path("/home/alice/.local/share/watchkeeper")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_data_dir() == Path("/data/watchkeeper")
