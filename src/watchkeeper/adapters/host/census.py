"""Whose processes live: by systemd unit, by pid file, by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchkeeper.adapters.host.processes import NAME_LIMIT, Process
from watchkeeper.domain.estate import Service

SYSTEMD = Path("/run/systemd/system")  # there exactly when systemd runs (sd_booted(3))
_PID_FILE_BYTES = 64


@dataclass(frozen=True, kw_only=True)
class Census:
    """A service's processes.

    ``alive`` None: they cannot be told from another's. ``main_alive`` None: no pid file is
    configured, or it may not be read.
    """

    alive: int | None
    zombies: int
    main_alive: bool | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """The process table at one instant, and whether systemd keeps it in units."""

    processes: Sequence[Process]
    units: bool

    def find(self, pid: int) -> Process | None:
        """The process of that number."""
        return next((process for process in self.processes if process.pid == pid), None)


def census(service: Service, neighbours: Iterable[Service], table: Table) -> Census:
    """A service's living and dead processes.

    With systemd its unit says which they are. Else the process that its pid file names, with its
    group, session and descendants: leftovers of a killed main process stay in its group. Without
    a pid file all processes of its name that no ``neighbours`` (the other services here) own in
    those ways; when a neighbour goes by the same name alone they cannot be told apart.
    """
    members = _owned(service, table)
    if members is None:
        members = _named(service, neighbours, table)
    living = [process for process in members or () if process.alive]
    return Census(
        alive=None if members is None else len(living),
        zombies=len(members or ()) - len(living),
        main_alive=_main_alive(service, table),
    )


def _owned(service: Service, table: Table) -> Sequence[Process] | None:
    """The processes that are surely its own; None: neither unit nor pid file tells."""
    if table.units and service.unit:
        unit = service.unit if "." in service.unit else f"{service.unit}.service"
        return [process for process in table.processes if process.unit == unit]
    if not service.pid_file:
        return None
    try:
        main = pid_in(service.pid_file)
    except PermissionError:
        return None
    leader = None if main is None else table.find(main)
    if main is None or (leader is not None and not _is_named(leader, service)):
        return []  # stopped, or its number now belongs to somebody else
    return _family(main, table)


def _named(
    service: Service, neighbours: Iterable[Service], table: Table
) -> Sequence[Process] | None:
    if not service.process:
        return None
    theirs: set[int] = set()
    rivals = False
    for neighbour in neighbours:
        if neighbour.name != service.name:
            owned = _owned(neighbour, table)
            theirs.update(process.pid for process in owned or ())
            rivals |= owned is None and neighbour.process == service.process
    named = [p for p in table.processes if _is_named(p, service) and p.pid not in theirs]
    return None if rivals and any(process.alive for process in named) else named


def _family(main: int, table: Table) -> list[Process]:
    """The process, its group and session, and everything that descends from them."""
    found = {p.pid for p in table.processes if main in (p.pid, p.group, p.session)}
    grown = True
    while grown:
        children = {p.pid for p in table.processes if p.parent in found} - found
        found |= children
        grown = bool(children)
    return [process for process in table.processes if process.pid in found]


def _main_alive(service: Service, table: Table) -> bool | None:
    if not service.pid_file:
        return None
    try:
        pid = pid_in(service.pid_file)
    except PermissionError:
        return None
    process = None if pid is None else table.find(pid)
    return process is not None and process.alive and _is_named(process, service)


def pid_in(pid_file: str) -> int | None:
    """The number that begins a pid file; None when there is none. Raises PermissionError."""
    try:
        with Path(pid_file).open("rb") as file:
            words = file.read(_PID_FILE_BYTES).split()
    except PermissionError:
        raise
    except OSError:
        return None
    digits = words[0] if words else b""
    return int(digits) if digits.isdigit() and int(digits) > 1 else None


def _is_named(process: Process, service: Service) -> bool:
    return not service.process or process.name == service.process[:NAME_LIMIT]
