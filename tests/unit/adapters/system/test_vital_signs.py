import os
from pathlib import Path

import pytest

from watchkeeper.adapters.system.room import room_in
from watchkeeper.adapters.system.vital_signs import mount_of, space_under, synchronised


def test_the_space_is_what_df_says(tmp_path: Path) -> None:
    space = space_under(tmp_path)
    found = os.statvfs(tmp_path)
    used = found.f_blocks - found.f_bfree
    assert space.used_ratio == pytest.approx(used / (used + found.f_bavail), abs=0.01)
    assert space.mount == str(mount_of(tmp_path))
    assert Path(space.mount).is_mount()


def test_the_mount_of_a_mount_is_itself() -> None:
    assert mount_of(Path("/proc")) == Path("/proc")
    assert mount_of(Path("/proc/self")) == Path("/proc")


def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        space_under(tmp_path / "gone")


def test_the_kernel_answers_about_its_clock() -> None:
    assert synchronised() in (True, False, None)


def test_room_is_taken_for_a_moment_and_nothing_is_left(tmp_path: Path) -> None:
    room_in(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_room_where_nothing_can_be_written() -> None:
    with pytest.raises(OSError):
        room_in(Path("/proc"))
