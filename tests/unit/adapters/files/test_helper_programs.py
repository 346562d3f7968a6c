"""The helpers: root's programs on other servers, which do one thing and take no other word."""

import subprocess
import sys
from pathlib import Path

import pytest

from watchkeeper.adapters.files.helper_programs import helpers, write_helpers


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_helpers(tmp_path / "helpers")
    return tmp_path / "helpers"


def called(directory: Path, helper: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-I", str(directory / helper), *words], capture_output=True, text=True
    )


def test_they_need_nothing_but_python(directory: Path) -> None:
    assert set(helpers()) == {"leftovers", "start_service"}
    for path in directory.iterdir():
        text = path.read_text()
        assert text.startswith("#!/usr/bin/python3 -I\n")
        assert "import ansible" not in text and "from ansible" not in text
        assert path.stat().st_mode & 0o777 == 0o755


def test_the_librarys_own_code_does_the_work(directory: Path, tmp_path: Path) -> None:
    done = called(directory, "leftovers", "process=x", f"pid_file={tmp_path}/none")
    assert (done.returncode, done.stdout) == (0, "unchanged\n")
    pid_file = tmp_path / "stale.pid"
    pid_file.write_text("4194303")  # the kernel's highest: nobody has it
    done = called(directory, "leftovers", "process=x", f"pid_file={pid_file}")
    assert (done.returncode, done.stdout) == (0, "changed\n"), done.stderr
    assert not pid_file.exists()


@pytest.mark.parametrize(
    ("helper", "words", "why"),
    [
        ("start_service", (), "missing: unit"),
        ("start_service", ("unit=",), "missing: unit"),
        ("start_service", ("unit=../x",), "not a unit"),
        ("start_service", ("unit=-x",), "not a unit"),
        ("start_service", ("unit=a\nb",), "refused"),
        ("start_service", ("verb=stop",), "refused"),
        ("start_service", ("nginx",), "refused"),
        ("leftovers", ("grace_seconds=0",), "refused"),
        ("leftovers", ("process=" + "x" * 5000,), "refused"),
    ],
)
def test_any_other_word_is_refused(
    directory: Path, helper: str, words: tuple[str, ...], why: str
) -> None:
    done = called(directory, helper, *words)
    assert done.returncode == 1
    assert why in done.stderr
    assert done.stdout == ""
