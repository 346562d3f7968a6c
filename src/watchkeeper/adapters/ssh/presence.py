"""Who is at work on another server: one command that only looks, and what it printed."""

import shlex
from collections.abc import Iterator

from watchkeeper.domain.package_locks import PACKAGE_LOCKS
from watchkeeper.ports.inspector import Presence, Terminal

ANSIBLE = "ansible-playbook"
COMMAND = (
    "date '+now %s'; "
    "stat -c 'terminal %n %U %X' /dev/pts/[0-9]* 2>/dev/null; "
    f"stat -c 'lock %n %i' {shlex.join(PACKAGE_LOCKS)} 2>/dev/null; "
    "sed 's/^/held /' /proc/locks && echo seen; "
    f"pgrep -f '^[^ ]*python[^ ]* [^ ]*{ANSIBLE}' >/dev/null && echo plays; true"
)


class NothingSeen(ValueError):
    """The server did not let itself be looked at for people at work."""


def read_presence(said: str) -> Presence:
    """What the command printed. Raises NothingSeen where a part of it is missing."""
    words = [line.split() for line in said.splitlines()]
    now = [line[1] for line in words if line[:1] == ["now"] and len(line) == 2]
    if len(now) != 1 or not now[0].isdigit() or ["seen"] not in words:
        raise NothingSeen
    held = {inode for line in words if line[:1] == ["held"] for inode in _inodes(line)}
    locks = [line[1] for line in words if line[:1] == ["lock"] and line[2:] and line[2] in held]
    if ["plays"] in words:
        locks.append(ANSIBLE)
    return Presence(terminals=tuple(_terminals(words, int(now[0]))), locks=tuple(locks))


def _terminals(words: list[list[str]], now: int) -> Iterator[Terminal]:
    for line in words:
        if line[:1] == ["terminal"] and len(line) == 4 and line[3].isdigit():
            name = line[1].removeprefix("/dev/")
            yield Terminal(line=name, user=line[2], idle_seconds=float(max(0, now - int(line[3]))))


def _inodes(line: list[str]) -> Iterator[str]:
    """The inode of ``1: POSIX  ADVISORY  WRITE 523 08:01:1234 0 EOF`` (proc(5))."""
    for field in line:
        if field.count(":") == 2:
            yield field.rpartition(":")[2]
