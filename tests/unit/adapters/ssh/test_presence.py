"""What another server prints of who is at work there; the command itself is run on this host."""

import subprocess

import pytest

from watchkeeper.adapters.ssh.presence import COMMAND, NothingSeen, read_presence
from watchkeeper.ports.inspector import Presence, Terminal

NOBODY = (
    "now 1000\nlock /var/lib/dpkg/lock 77\nheld 1: POSIX ADVISORY WRITE 5 08:01:78 0 EOF\nseen\n"
)


def test_an_idle_server_has_nobody_at_work() -> None:
    assert read_presence(NOBODY) == Presence()


def test_a_terminal_is_told_with_its_idle_time() -> None:
    told = read_presence("terminal /dev/pts/3 bob 940\n" + NOBODY)
    assert told.terminals == (Terminal(line="pts/3", user="bob", idle_seconds=60.0),)


def test_a_clock_that_stepped_back_makes_a_terminal_look_active() -> None:
    told = read_presence("terminal /dev/pts/3 bob 2000\n" + NOBODY)
    assert told.terminals[0].idle_seconds == 0.0


def test_a_lock_counts_only_while_it_is_held() -> None:
    held = NOBODY.replace(":78 ", ":77 ")
    assert read_presence(held).locks == ("/var/lib/dpkg/lock",)


def test_somebody_s_ansible_is_somebody_at_work() -> None:
    assert read_presence(NOBODY + "plays\n").locks == ("ansible-playbook",)


@pytest.mark.parametrize(
    "said",
    ["", "now 1000\n", "seen\n", "now soon\nseen\n", "now 1\nnow 2\nseen\n", "permission denied"],
)
def test_half_an_answer_is_none(said: str) -> None:
    with pytest.raises(NothingSeen):
        read_presence(said)


def test_the_command_runs_on_a_real_host() -> None:
    ran = subprocess.run(["sh", "-c", COMMAND], capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert isinstance(read_presence(ran.stdout), Presence)
