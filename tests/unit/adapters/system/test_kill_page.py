"""The kill page is a latch that works when nothing else does."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.system.kill_page import FileKillPage
from watchkeeper.domain.kill_page import GO, PAGE_BYTES, STOP


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kill.page"


@pytest.fixture
def page(path: Path) -> FileKillPage:
    page = FileKillPage(path)
    page.create()
    return page


def test_a_new_page_says_go_and_stop_holds_over_a_restart(page: FileKillPage, path: Path) -> None:
    assert not page.engaged()
    page.engage()
    assert FileKillPage(path).engaged()
    FileKillPage(path).create()  # a second start lays nothing down over it
    assert page.engaged()
    page.release()
    assert not FileKillPage(path).engaged()


def test_deleting_the_page_stops_and_never_releases(page: FileKillPage, path: Path) -> None:
    path.unlink()
    assert page.engaged()
    FileKillPage(path).create()  # the next start
    assert page.engaged()
    page.release()  # a person says so
    assert not page.engaged()


def test_a_first_start_that_crashed_halfway_is_not_a_release(path: Path) -> None:
    path.write_bytes(GO[:100])
    page = FileKillPage(path)
    page.create()
    assert page.engaged()


def test_a_person_stops_it_with_echo(page: FileKillPage, path: Path) -> None:
    path.write_text("stop\n")
    assert page.engaged()
    path.write_text("go\n")  # and cannot release it so
    assert page.engaged()


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_what_is_no_page_says_stop(page: FileKillPage, path: Path, kind: str) -> None:
    path.rename(path.with_name("elsewhere"))
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path.with_name("elsewhere"))
    assert page.engaged()


@settings(deadline=None)
@given(cut=st.integers(0, PAGE_BYTES - 1))
def test_a_page_half_written_either_way_says_stop(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("half") / "kill.page"
    path.write_bytes(GO[:cut])
    assert FileKillPage(path).engaged()
    path.write_bytes(STOP[: cut + 1] + GO[cut + 1 :])
    assert FileKillPage(path).engaged()


def test_it_can_be_said_on_a_full_disk(tmp_path: Path) -> None:
    """A small file system, filled to the last block."""
    mount = tmp_path / "full"
    mount.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "full", mount], check=False)
    if mounted.returncode:
        pytest.skip("only root can mount the small file system")
    try:
        page = FileKillPage(mount / "kill.page")
        page.create()
        with pytest.raises(OSError, match="No space"):
            (mount / "filler").write_bytes(bytes(1_000_000))
        page.engage()
        assert page.engaged()
        page.release()
        assert not page.engaged()
    finally:
        subprocess.run(["umount", mount], check=True)
