"""A first draft of the estate: this host, and the services that listen on it."""

import os
import re
import socket
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from watchkeeper.adapters.host.census import SYSTEMD, pid_in
from watchkeeper.adapters.host.filesystems import mounts
from watchkeeper.adapters.host.processes import Process, processes
from watchkeeper.domain.estate import Server, Service

INIT_SCRIPTS = Path("/etc/init.d")
PID_FOLDERS = (Path("/run"), Path("/var/run"))
LOGS_A_SERVICE = 8
OURSELVES = "watchkeeper"  # a watch is no service of the estate that it watches
_UNNAMEABLE = re.compile(r"[^A-Za-z0-9._-]+")
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1", "": "127.0.0.1"}  # noqa: S104 - recognised, not bound


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """What was found: a draft that a person completes. ``hidden`` sockets showed no process."""

    server: Server
    services: tuple[Service, ...]
    mounts: tuple[str, ...]
    hidden: int


@dataclass(frozen=True, kw_only=True)
class Socket:
    """A listening TCP socket and the process that holds it."""

    address: str
    port: int
    pid: int


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Where units, init scripts and pid files are looked for."""

    systemd: bool
    init_scripts: Path = INIT_SCRIPTS
    pid_folders: Sequence[Path] = PID_FOLDERS


def discovered() -> Discovery:
    """Look around on this host. It reads files: for the crew.

    Sockets of other users' processes show their process to root only.
    """
    name = socket.gethostname().partition(".")[0] or "localhost"
    sockets, hidden = listening()
    around = Surroundings(systemd=SYSTEMD.is_dir())
    return Discovery(
        server=Server(name=name, instances=(name,), address="local"),
        services=drafted(name, sockets, processes(), around),
        mounts=mounts(),
        hidden=hidden,
    )


def listening() -> tuple[tuple[Socket, ...], int]:
    """The listening TCP sockets but our own, and how many more show no process."""
    found: list[Socket] = []
    hidden = 0
    for each in psutil.net_connections(kind="tcp"):
        if each.status != psutil.CONN_LISTEN or not each.laddr or each.pid == os.getpid():
            continue
        if each.pid is None:
            hidden += 1
        else:
            found.append(Socket(address=each.laddr.ip, port=each.laddr.port, pid=each.pid))
    return tuple(found), hidden


def drafted(
    server: str, sockets: Iterable[Socket], table: Sequence[Process], around: Surroundings
) -> tuple[Service, ...]:
    """One service for every family of processes that listens, by name.

    A process belongs to the family of its topmost ancestor of the same name; init's own sockets
    are nobody's.
    """
    by_pid = {process.pid: process for process in table}
    families: dict[int, list[Socket]] = defaultdict(list)
    for each in sockets:
        main = _topmost(each.pid, by_pid)
        if main is not None and main.name != OURSELVES:
            families[main.pid].append(each)
    names = _names([by_pid[pid] for pid in families], families)
    count = Counter(by_pid[pid].name for pid in families)
    services = (
        _service(
            _Family(main=by_pid[pid], sockets=held, alone=count[by_pid[pid].name] == 1),
            around,
            name=names[pid],
            server=server,
        )
        for pid, held in families.items()
    )
    return tuple(sorted(services, key=lambda service: service.name))


def _topmost(pid: int, by_pid: Mapping[int, Process]) -> Process | None:
    process = by_pid.get(pid)
    while process is not None and process.pid != 1:
        parent = by_pid.get(process.parent)
        if parent is None or parent.name != process.name or parent.pid == 1:
            return process
        process = parent
    return None


def _names(mains: Iterable[Process], families: Mapping[int, Sequence[Socket]]) -> dict[int, str]:
    """The process's name; with its lowest port where several families share it."""
    shared: dict[str, list[int]] = defaultdict(list)
    for main in mains:
        shared[_UNNAMEABLE.sub("-", main.name).strip("-") or "unnamed"].append(main.pid)
    return {
        pid: name if len(pids) == 1 else f"{name}-{min(each.port for each in families[pid])}"
        for name, pids in shared.items()
        for pid in pids
    }


@dataclass(frozen=True, kw_only=True)
class _Family:
    """A main process and what it and its children listen on. ``alone``: no other has its name."""

    main: Process
    sockets: Sequence[Socket]
    alone: bool


def _service(family: _Family, around: Surroundings, *, name: str, server: str) -> Service:
    main = family.main
    lowest = min(family.sockets, key=lambda each: each.port)
    host = _ANYWHERE.get(lowest.address, lowest.address)
    pid_file = _pid_file(main.pid, around.pid_folders)
    return Service(
        name=name,
        server=server,
        unit=_unit(family, pid_file, around),
        process=main.name,
        pid_file=pid_file,
        probe=f"tcp://[{host}]:{lowest.port}" if ":" in host else f"tcp://{host}:{lowest.port}",
        logs=_logs(main.pid),
    )


def _unit(family: _Family, pid_file: str, around: Surroundings) -> str:
    """What the init system calls it. A wrong guess would restart somebody else: rather none."""
    if around.systemd:
        return family.main.unit.removesuffix(".service")
    guesses = [Path(pid_file).stem] if pid_file else []
    guesses += [family.main.name] if family.alone else []
    return next((each for each in guesses if (around.init_scripts / each).is_file()), "")


def _pid_file(pid: int, folders: Iterable[Path]) -> str:
    for folder in folders:
        for candidate in sorted((*folder.glob("*.pid"), *folder.glob("*/*.pid"))):
            with suppress(PermissionError):
                if pid_in(str(candidate)) == pid:
                    return str(candidate)
    return ""


def _logs(pid: int) -> tuple[str, ...]:
    """The files that it holds open and that are named like logs."""
    return tuple(sorted(set(_open_logs(pid))))[:LOGS_A_SERVICE]


def _open_logs(pid: int) -> Iterator[str]:
    with suppress(psutil.Error, OSError):
        for file in psutil.Process(pid).open_files():
            if file.path.endswith(".log"):
                yield file.path
