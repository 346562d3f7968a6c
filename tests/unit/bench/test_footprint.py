"""What a process family and a folder take is counted once, and all of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.footprint import disk_megabytes, family, pss_megabytes


def test_a_folder_takes_its_blocks_and_a_hard_link_takes_none(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x" * 2_000_000)
    before = disk_megabytes(tmp_path)
    assert before == pytest.approx(2.0, abs=0.1)
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    (tmp_path / "three").symlink_to("one")
    assert disk_megabytes(tmp_path) == pytest.approx(before, abs=0.01)


def test_a_family_is_a_process_and_all_that_came_of_it() -> None:
    child = "import sys; print(flush=True); sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        both = list(family(process.pid))
        assert (both[0], len(both)) == (process.pid, 2)
        assert pss_megabytes(process.pid) > pss_megabytes(both[1]) > 1
        process.communicate(b"")
