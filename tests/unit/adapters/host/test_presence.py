"""Who is at work on this host: real terminals, real locks, real processes, and a pretend /proc."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from watchkeeper.adapters.host.presence import (
    ANSIBLE,
    OUR_WRAPPER,
    foreign_playbooks,
    is_held,
    own_terminals,
    presence,
    terminals,
)
from watchkeeper.ports.inspector import Presence


def test_a_look_at_this_host() -> None:
    assert isinstance(presence(), Presence)


def test_a_terminal_is_seen_with_how_long_it_was_idle(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("the terminals of one's own user do not count")
    master, slave = pty.openpty()
    try:
        line = os.ttyname(slave).removeprefix("/dev/")
        os.utime(os.ttyname(slave), (1_000_000, 1_000_000))
        (seen,) = [each for each in terminals() if each.line == line]
        assert seen.idle_seconds > 15 * 60
        os.utime(os.ttyname(slave))
        (seen,) = [each for each in terminals() if each.line == line]
        assert seen.idle_seconds < 60
    finally:
        os.close(master)
        os.close(slave)


def test_the_terminal_of_our_own_session_is_ours(tmp_path: Path) -> None:
    (tmp_path / str(os.getpid())).mkdir()
    fields = "S 77 1 1 34819 " + "0 " * 30  # 34819 = 136:3, which is pts/3
    (tmp_path / str(os.getpid()) / "stat").write_text(f"{os.getpid()} (we) {fields}")
    assert own_terminals(tmp_path) == {os.makedev(136, 3)}


def test_a_lock_is_held_as_long_as_somebody_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock-frontend"
    assert not is_held(lock)
    with lock.open("w") as handle:
        assert not is_held(lock)
        fcntl.fcntl(handle, fcntl.F_SETLK, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))
        assert is_held(lock)
    assert not is_held(lock)


def test_a_playbook_of_others_is_told_from_ours(tmp_path: Path) -> None:
    program = tmp_path / ANSIBLE
    program.write_text("import sys\nprint('on', flush=True)\nsys.stdin.read()\n")
    with subprocess.Popen(
        [sys.executable, str(program), "site.yml"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as run:
        assert run.stdout and run.stdin
        run.stdout.readline()
        assert run.pid in foreign_playbooks()
        run.stdin.close()
    assert run.pid not in foreign_playbooks()


def test_a_playbook_below_our_own_wrapper_is_ours(tmp_path: Path) -> None:
    for pid, parent, arguments in (
        (10, 1, ["python", "-m", OUR_WRAPPER, "jobs/1"]),
        (11, 10, ["python", f"/usr/bin/{ANSIBLE}", "start.yml"]),
        (12, 1, [f"/usr/bin/{ANSIBLE}", "site.yml"]),
    ):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "cmdline").write_text("\0".join(arguments) + "\0")
        (tmp_path / str(pid) / "stat").write_text(f"{pid} (x) S {parent} 1 1 0 0")
    assert foreign_playbooks(tmp_path) == (12,)
