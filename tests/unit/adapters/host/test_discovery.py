"""A first draft of the estate: from made-up tables, and from this machine."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchkeeper.adapters.host.discovery import (
    Socket,
    Surroundings,
    discovered,
    drafted,
)
from watchkeeper.adapters.host.processes import Process
from watchkeeper.domain.estate import Service


def process(pid: int, name: str, parent: int = 1, unit: str = "") -> Process:
    return Process(pid=pid, parent=parent, group=pid, session=pid, name=name, alive=True, unit=unit)


def draft(
    folder: Path, table: list[Process], *sockets: Socket, systemd: bool = False
) -> list[Service]:
    around = Surroundings(systemd=systemd, init_scripts=folder / "init.d", pid_folders=[folder])
    return list(drafted("here", sockets, table, around))


def test_workers_and_several_ports_are_one_service(tmp_path: Path) -> None:
    (tmp_path / "init.d").mkdir()
    (tmp_path / "init.d" / "nginx").touch()
    (tmp_path / "nginx.pid").write_text("900000\n")
    table = [process(1, "init"), process(900000, "nginx"), process(900001, "nginx", 900000)]
    [service] = draft(
        tmp_path,
        table,
        Socket(address="0.0.0.0", port=443, pid=900000),
        Socket(address="0.0.0.0", port=80, pid=900001),
    )
    assert service == Service(
        name="nginx",
        server="here",
        unit="nginx",
        process="nginx",
        pid_file=str(tmp_path / "nginx.pid"),
        probe="tcp://127.0.0.1:80",
    )


def test_the_same_program_twice_is_two_services_named_by_port(tmp_path: Path) -> None:
    table = [process(900010, "java"), process(900020, "java")]
    services = draft(
        tmp_path,
        table,
        Socket(address="127.0.0.1", port=8080, pid=900010),
        Socket(address="::1", port=9200, pid=900020),
    )
    assert [(s.name, s.probe) for s in services] == [
        ("java-8080", "tcp://127.0.0.1:8080"),
        ("java-9200", "tcp://[::1]:9200"),
    ]


def test_of_two_with_one_name_each_gets_its_own_unit_or_none(tmp_path: Path) -> None:
    """A guess by name would have one of them restart the other."""
    (tmp_path / "init.d").mkdir()
    for script in ("nginx", "stock"):
        (tmp_path / "init.d" / script).touch()
    (tmp_path / "stock.pid").write_text("900021\n")
    services = draft(
        tmp_path,
        [process(900020, "nginx"), process(900021, "nginx")],
        Socket(address="", port=8080, pid=900020),
        Socket(address="", port=8081, pid=900021),
    )
    assert [(s.name, s.unit) for s in services] == [("nginx-8080", ""), ("nginx-8081", "stock")]


def test_a_watch_does_not_draft_itself(tmp_path: Path) -> None:
    table = [process(900035, "watchkeeper")]
    assert not draft(tmp_path, table, Socket(address="127.0.0.1", port=8600, pid=900035))


def test_with_systemd_the_unit_is_the_process_own(tmp_path: Path) -> None:
    table = [process(1, "systemd"), process(900030, "postgres", unit="postgresql@15-main.service")]
    [service] = draft(
        tmp_path, table, Socket(address="127.0.0.1", port=5432, pid=900030), systemd=True
    )
    assert service.unit == "postgresql@15-main"


def test_a_socket_that_init_holds_is_nobodys(tmp_path: Path) -> None:
    assert not draft(tmp_path, [process(1, "systemd")], Socket(address="", port=22, pid=1))


def test_a_name_that_is_no_name_becomes_one(tmp_path: Path) -> None:
    [service] = draft(
        tmp_path, [process(900040, "tmux: (server)")], Socket(address="", port=7, pid=900040)
    )
    assert service.name == "tmux-server"
    assert service.process == "tmux: (server)"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sees whose a socket is")
async def test_a_program_that_listens_here_is_found_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    listener = (
        "import socket, sys; log = open(sys.argv[1], 'a');"
        "s = socket.create_server(('127.0.0.1', 0));"
        "open('/proc/self/comm', 'w').write('wk-listens');"
        "print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", listener, str(log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        port = program.stdout.readline().strip()
        found = await asyncio.to_thread(discovered)
        program.communicate("")
    [service] = [each for each in found.services if each.process == "wk-listens"]
    assert service.probe == f"tcp://127.0.0.1:{port}"
    assert service.logs == (str(log),)
    assert service.server == found.server.name
    assert found.server.instances == (found.server.name,)
    assert "/" in found.mounts
