"""The process table, read from /proc in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
NAME_LIMIT = 15  # characters of a name that the kernel keeps
_DEAD = frozenset("ZXx")  # zombie or being removed


@dataclass(frozen=True, kw_only=True)
class Process:
    """One process. ``unit`` is the systemd service it belongs to, empty when none."""

    pid: int
    parent: int
    group: int
    session: int
    name: str  # as the kernel keeps it
    alive: bool  # a zombie is dead
    unit: str = ""


class NoProcess(ValueError):
    """Not a line of /proc/PID/stat."""


def processes(proc: Path = PROC) -> tuple[Process, ...]:
    """All processes; those that end while we look are left out."""
    return tuple(_each(proc))


def process_of(stat: str, cgroups: str = "") -> Process:
    """The process that the contents of its ``stat`` and ``cgroup`` files tell of, or NoProcess.

    The name stands in brackets and may hold spaces and brackets itself (proc(5)).
    """
    front, closed, rest = stat.rpartition(")")
    pid, opened, name = front.partition("(")
    fields = rest.split()
    try:
        parent, group, session = (int(field) for field in fields[1:4])
        number = int(pid)
    except ValueError:
        raise NoProcess(stat[:100]) from None
    if not (opened and closed):
        raise NoProcess(stat[:100])
    return Process(
        pid=number,
        parent=parent,
        group=group,
        session=session,
        name=name,
        alive=fields[0] not in _DEAD,
        unit=unit_of(cgroups),
    )


def unit_of(cgroups: str) -> str:
    """``nginx.service`` of ``0::/system.slice/nginx.service``; the innermost one counts."""
    for line in cgroups.splitlines():
        _, _, path = line.partition(":")
        for part in reversed(path.split("/")):
            if part.endswith(".service"):
                return part
    return ""


def _each(proc: Path) -> Iterator[Process]:
    for folder in proc.iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text(errors="replace")
                yield process_of(stat, _text(folder / "cgroup"))
            except (OSError, NoProcess):
                continue  # gone meanwhile


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
