"""What a dead service left behind, with real processes."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from watchkeeper.library.playbooks.library.leftovers import Refused, clear, process

NAME = f"wk-{os.getpid()}-pretend-daemon"  # longer than the kernel keeps; this run's own

MASTER = """\
#!/bin/sh
if [ "$1" = worker ]; then
    [ "$2" = stubborn ] && trap '' TERM
    while :; do sleep 0.05; done
fi
"$0" worker "$1" & echo $! >>"{workers}"
"$0" worker "$1" & echo $! >>"{workers}"
sleep 300 & echo $! >"{stranger}"
echo $$ >"{pid_file}"
wait
"""


def alive(pid: int) -> bool:
    found = process(pid)
    return found is not None and found.alive


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


class Daemon:
    """A service with a main process, two workers of its name and a child of another name."""

    def __init__(self, folder: Path, manner: str = "mild") -> None:
        folder.mkdir()
        self.pid_file = folder / "pid"
        self._workers, self._stranger = folder / "workers", folder / "stranger"
        self._program = folder / NAME
        self._program.write_text(
            MASTER.format(workers=self._workers, stranger=self._stranger, pid_file=self.pid_file)
        )
        self._program.chmod(0o755)
        self._main = subprocess.Popen([str(self._program), manner], start_new_session=True)
        until(lambda: self.pid_file.exists() and self.pid_file.read_text().endswith("\n"))
        until(lambda: len(self.workers) == 2)

    @property
    def main(self) -> int:
        return self._main.pid

    @property
    def workers(self) -> list[int]:
        return [int(line) for line in self._workers.read_text().split()]

    @property
    def stranger(self) -> int:
        return int(self._stranger.read_text())

    def kill_main(self) -> None:
        """SIGKILL to the main process only; it stays behind as a zombie of this test."""
        os.kill(self.main, signal.SIGKILL)
        until(lambda: not alive(self.main))

    def reap(self) -> None:
        self._main.wait()

    def end(self) -> None:
        for pid in (self.main, *self.workers, self.stranger):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        self._main.wait()


@pytest.fixture
def daemons(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    started: list[Daemon] = []

    def start(manner: str = "mild") -> Daemon:
        started.append(Daemon(tmp_path / f"daemon-{len(started)}", manner))
        return started[-1]

    yield start
    for each in started:
        each.end()


def cleared(daemon: Daemon, grace_seconds: float = 3.0) -> dict[str, object]:
    return clear(NAME, str(daemon.pid_file), grace_seconds, pretend=False)


def ended_by(told: dict[str, object]) -> set[int]:
    ended = told["ended"]
    assert isinstance(ended, list)
    return set(ended)


def test_workers_of_a_killed_main_process_are_ended(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons()
    daemon.kill_main()
    assert process(daemon.main) is not None, "still a zombie: a zombie is dead"
    assert all(alive(pid) for pid in daemon.workers)
    told = cleared(daemon)
    assert told["changed"]
    assert set(daemon.workers) <= ended_by(told), "a child that is about to sleep bears their name"
    assert not any(alive(pid) for pid in daemon.workers)
    assert not daemon.pid_file.exists()
    assert alive(daemon.stranger), "what has another name is not ours to end"


def test_workers_are_found_when_the_main_process_is_gone_for_good(
    daemons: Callable[..., Daemon],
) -> None:
    daemon = daemons()
    daemon.kill_main()
    daemon.reap()
    assert set(daemon.workers) <= ended_by(cleared(daemon))


def test_nothing_is_touched_while_the_main_process_lives(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons()
    assert not cleared(daemon)["changed"]
    assert all(alive(pid) for pid in (daemon.main, *daemon.workers))
    assert daemon.pid_file.exists()


def test_another_service_of_the_same_name_is_left_alone(daemons: Callable[..., Daemon]) -> None:
    dead, other = daemons(), daemons()
    dead.kill_main()
    cleared(dead)
    assert all(alive(pid) for pid in (other.main, *other.workers))
    assert other.pid_file.exists()


def test_a_worker_that_will_not_end_is_killed(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons("stubborn")
    daemon.kill_main()
    assert set(daemon.workers) <= ended_by(cleared(daemon, grace_seconds=0.2))
    assert not any(alive(pid) for pid in daemon.workers)


def test_a_stale_pid_file_alone_is_removed(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons()
    daemon.kill_main()
    cleared(daemon)
    daemon.pid_file.write_text(f"{daemon.main}\n")
    told = cleared(daemon)
    assert told["changed"]
    assert told["ended"] == []
    assert not daemon.pid_file.exists()
    assert not cleared(daemon)["changed"], "and then there is nothing to do"


def test_pretending_changes_nothing(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons()
    daemon.kill_main()
    assert clear(NAME, str(daemon.pid_file), 1.0, pretend=True)["changed"]
    assert all(alive(pid) for pid in daemon.workers)
    assert daemon.pid_file.exists()


def test_by_name_alone_nothing_is_ever_chosen(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons()
    daemon.kill_main()
    for name, pid_file in ((NAME, ""), ("", str(daemon.pid_file)), (NAME, "/run/no-such.pid")):
        assert not clear(name, pid_file, 1.0, pretend=False)["changed"]
    assert all(alive(pid) for pid in daemon.workers)


@pytest.mark.parametrize(
    "content",
    ["", "nginx", "-1", "12 13", "9" * 40, "1", str(os.getsid(0)), str(os.getpid())],
    ids=["empty", "a name", "negative", "two", "too long", "init", "our session", "ourselves"],
)
def test_a_pid_file_that_names_nobody_or_us_is_refused(tmp_path: Path, content: str) -> None:
    pid_file = tmp_path / "pid"
    pid_file.write_text(content)
    with pytest.raises(Refused):
        clear("init", str(pid_file), 1.0, pretend=False)
    assert pid_file.exists()


def test_a_pid_file_that_is_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("4194303")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(Refused):
            clear(NAME, str(tmp_path / name), 1.0, pretend=False)
