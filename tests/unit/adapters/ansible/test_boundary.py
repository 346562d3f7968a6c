"""Between two tasks: only what was asked for goes on, and only while nothing says stop."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from watchkeeper.adapters.ansible.boundary import Boundary
from watchkeeper.adapters.ansible.job_directory import JobDirectory

PATIENCE_SECONDS = 10


class Play:
    """Asks as ansible's callback does."""

    def __init__(self, folder: Path) -> None:
        self._answers = os.open(folder / "answer", os.O_RDONLY | os.O_NONBLOCK)
        self._questions = os.open(folder / "ask", os.O_WRONLY)
        os.set_blocking(self._answers, True)

    def ask(self, task: str) -> bytes:
        os.write(self._questions, task.encode() + b"\n")
        return os.read(self._answers, 16)


def test_a_task_goes_on_until_something_says_stop(tmp_path: Path) -> None:
    reasons: list[str] = []
    with Boundary(JobDirectory(tmp_path), lambda: next(iter(reasons), None), 60) as boundary:
        play = Play(tmp_path)
        assert play.ask("") == b"go\n"
        assert play.ask("look") == b"go\n"
        assert boundary.stopped is None
        reasons.append("the kill page says stop")
        assert play.ask("start the service") == b"stop\n"
    assert boundary.stopped == "stopped before 'start the service': the kill page says stop"
    assert not boundary.timed_out


def test_it_ends_promptly_and_leaves_nobody_waiting(tmp_path: Path) -> None:
    before = threading.active_count()
    with Boundary(JobDirectory(tmp_path), lambda: None, 60):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


PROGRAM = """\
import subprocess, sys, time
from pathlib import Path
from watchkeeper.adapters.ansible.boundary import Boundary
from watchkeeper.adapters.ansible.job_directory import JobDirectory

with Boundary(JobDirectory(Path(sys.argv[1])), lambda: None, float(sys.argv[2])) as boundary:
    child = subprocess.Popen(["sleep", "31339"])
    if sys.argv[3] == "unwatched":
        boundary.require()
    print(child.wait(), boundary.timed_out, boundary.stopped, sep="|")
"""


def told(folder: Path, seconds: float, manner: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(seconds), manner],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return ran.stdout.strip().split("|")


def test_when_the_time_is_over_everything_below_is_ended(tmp_path: Path) -> None:
    assert told(tmp_path, 0.3, "") == ["-9", "True", "the time limit of 0.3 s has passed"]


def test_a_play_that_does_not_ask_is_ended(tmp_path: Path) -> None:
    assert told(tmp_path, 60, "unwatched") == ["-9", "False", "the step boundaries are not watched"]


@pytest.mark.parametrize("lost", ["before", "after"])
def test_without_a_wrapper_the_callback_ends_the_play(tmp_path: Path, lost: str) -> None:
    """ansible's own side, loaded as ansible loads it, when its wrapper is gone."""
    for name in ("ask", "answer"):
        os.mkfifo(tmp_path / name)
    ends = [os.open(tmp_path / name, os.O_RDWR) for name in ("ask", "answer")]
    program = (
        "import os, sys\n"
        "from watchkeeper.adapters.ansible.callbacks.step_boundary import CallbackModule\n"
        "if sys.argv[2] == 'after':\n"
        "    module = CallbackModule()\n"
        "[os.close(int(end)) for end in sys.argv[3:]]\n"
        "module = CallbackModule() if sys.argv[2] == 'before' else module\n"
        "module.v2_playbook_on_start(None)\n"
        "print('it went on')\n"
    )
    arguments = [str(tmp_path), lost, *map(str, ends)]
    running = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "WATCHKEEPER_BOUNDARY": str(tmp_path)},
        pass_fds=ends,
        stdout=subprocess.PIPE,
    )
    for end in ends:
        os.close(end)
    said, _ = running.communicate(timeout=PATIENCE_SECONDS)
    assert (running.returncode, said) == (75, b"")
