"""Who is at work on this host: other people's terminals, package managers, ansible of others."""

import os
import pwd
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from watchkeeper.adapters.host.processes import PROC
from watchkeeper.domain.package_locks import PACKAGE_LOCKS
from watchkeeper.ports.inspector import Presence, Terminal

DEVICES = Path("/dev")
LOCK_FILES = tuple(Path(path) for path in PACKAGE_LOCKS)
ANSIBLE = "ansible-playbook"
OUR_WRAPPER = "watchkeeper.adapters.ansible.wrapper"
_MOST_ANCESTORS = 64


def presence() -> Presence:
    """One look. Raises OSError where it may not look."""
    locks = [str(path) for path in LOCK_FILES if is_held(path)]
    if foreign_playbooks():
        locks.append(ANSIBLE)
    return Presence(terminals=tuple(terminals()), locks=tuple(locks))


def terminals(devices: Path = DEVICES) -> Iterator[Terminal]:
    """Every terminal that somebody has, by who is signed in there or else by its owner.

    Not our own session's; and, unless we are root whom many may be, not those of our own user.
    """
    signed_in = {user.terminal: user.name for user in psutil.users() if user.terminal}
    lines = {f"pts/{each.name}" for each in (devices / "pts").glob("[0-9]*")} | set(signed_in)
    ours = own_terminals()
    for line in sorted(lines):
        try:
            found = (devices / line).stat()
        except FileNotFoundError:
            continue  # signed out without saying so
        if not stat.S_ISCHR(found.st_mode) or found.st_rdev in ours or _is_ours(found.st_uid):
            continue
        user = signed_in.get(line) or _name(found.st_uid)
        # typing sets the access time, printing the modification time; a clock that stepped back
        # makes it look active, not idle
        idle = max(0.0, _now() - found.st_atime)
        yield Terminal(line=line, user=user, idle_seconds=idle)


def own_terminals(proc: Path = PROC) -> frozenset[int]:
    """The controlling terminals of this process and of those that started it."""
    found, pid = set(), os.getpid()
    for _ in range(_MOST_ANCESTORS):
        try:
            _, _, rest = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")
        except OSError:
            break
        fields = rest.split()
        number, pid = int(fields[4]), int(fields[1])
        if number:
            minor = (number & 0xFF) | ((number >> 12) & 0xFFF00)  # its bits stand apart (proc(5))
            found.add(os.makedev((number >> 8) & 0xFF, minor))
        if pid <= 0:
            break
    return frozenset(found)


def is_held(path: Path, proc: Path = PROC) -> bool:
    """Whether somebody holds a lock on the file, by its inode in /proc/locks (proc(5))."""
    try:
        inode = path.stat().st_ino
    except (FileNotFoundError, NotADirectoryError):
        return False
    return any(
        number == str(inode)
        for line in (proc / "locks").read_text(errors="replace").splitlines()
        for number in _inode(line)
    )


def foreign_playbooks(proc: Path = PROC) -> tuple[int, ...]:
    """The runs of ansible-playbook that no wrapper of ours has started."""
    runs = (each for each in proc.iterdir() if each.name.isdecimal() and _plays(_arguments(each)))
    return tuple(int(run.name) for run in runs if not _is_our_run(run, proc))


def _plays(arguments: list[str]) -> bool:
    """Called by its name, or as a script that an interpreter runs."""
    return any(Path(each).name == ANSIBLE for each in arguments[:3])


def _is_our_run(folder: Path, proc: Path) -> bool:
    for _ in range(_MOST_ANCESTORS):
        if OUR_WRAPPER in _arguments(folder):
            return True
        try:
            _, _, rest = (folder / "stat").read_text(errors="replace").rpartition(")")
        except OSError:
            return False
        folder = proc / rest.split()[1]
    return False


def _arguments(folder: Path) -> list[str]:
    try:
        return (folder / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []  # gone meanwhile


def _inode(line: str) -> Iterator[str]:
    """The inode of ``1: POSIX  ADVISORY  WRITE 523 08:01:1234 0 EOF``; waiters have an arrow."""
    for field in line.split():
        if field.count(":") == 2:
            yield field.rpartition(":")[2]


def _is_ours(owner: int) -> bool:
    return owner == os.geteuid() != 0


def _name(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)


def _now() -> float:
    return time.clock_gettime(time.CLOCK_REALTIME)
