"""The playbooks of the library, by real ansible: a service with an init script, and its logs."""

import asyncio
import contextlib
import gzip
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from watchkeeper.adapters.ansible.automation import AnsibleAutomation
from watchkeeper.adapters.ansible.reach import Reach
from watchkeeper.adapters.ansible.surroundings import surroundings
from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.system.kill_page import FileKillPage
from watchkeeper.domain.action import digest_of_parameters
from watchkeeper.domain.estate import Server
from watchkeeper.domain.inventory_row import row_of
from watchkeeper.domain.job import Finished, Running
from watchkeeper.domain.warrant import Spent, Warrant

pytestmark = [
    pytest.mark.live("ansible"),
    pytest.mark.skipif(os.getuid() != 0, reason="installing an init script needs root"),
]

# A main process with two workers of its name. Each holds the service's "port", a lock file, so a
# second one cannot start while a worker of the first is left.
PROGRAM = """\
#!/bin/sh
if [ "$1" != worker ]; then
    exec 9>{folder}/port
    flock --nonblock 9 || exit 1
    "$0" worker & "$0" worker &
    echo $$ >{folder}/pid
    wait
fi
while :; do sleep 0.05; done
"""
INIT_SCRIPT = """\
#!/bin/sh
### BEGIN INIT INFO
# Provides:          {unit}
# Required-Start:
# Required-Stop:
# Default-Start:
# Default-Stop:
### END INIT INFO
alive() {{
    read -r pid <{folder}/pid && kill -0 "$pid" && ! grep -q '^State:.Z' "/proc/$pid/status"
}} 2>/dev/null
case "$1" in
    start)
        [ -e {folder}/slow ] && sleep 31338
        alive && exit 0
        setsid {folder}/{unit} </dev/null >/dev/null 2>&1 &
        for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; alive && exit 0; done
        echo "the port is taken" >&2
        exit 1 ;;
    status) alive && echo "{unit} is running" && exit 0; echo "{unit} is not running"; exit 3 ;;
esac
"""


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


class Unit:
    """A service of this machine with an init script of its own."""

    def __init__(self, folder: Path) -> None:
        self.name = f"wk-unit-{os.getpid()}"
        self.folder = folder
        self.pid_file = folder / "pid"
        self._program = folder / self.name
        self._script = Path("/etc/init.d") / self.name

    def install(self) -> None:
        words = {"unit": self.name, "folder": self.folder}
        self._program.write_text(PROGRAM.format(**words))
        self._script.write_text(INIT_SCRIPT.format(**words))
        self._program.chmod(0o755)
        self._script.chmod(0o755)

    def processes(self) -> list[psutil.Process]:
        return [each for each in psutil.process_iter() if self._is_ours(each)]

    def _is_ours(self, one: psutil.Process) -> bool:
        try:
            return one.status() != "zombie" and str(self._program) in one.cmdline()
        except psutil.NoSuchProcess:
            return False

    @property
    def main(self) -> int:
        return int(self.pid_file.read_text())

    @property
    def runs(self) -> bool:
        return self.pid_file.exists() and any(one.pid == self.main for one in self.processes())

    def kill_main(self) -> None:
        os.kill(self.main, signal.SIGKILL)
        until(lambda: not self.runs)

    def remove(self) -> None:
        self._script.unlink()
        for one in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    unit = Unit(tmp_path)
    unit.install()
    yield unit
    unit.remove()


ROW = row_of(Server(name="here"))


class Desk:
    """Orders templates of the library on this host and waits for their end."""

    def __init__(self, folder: Path) -> None:
        FileKillPage(folder / "KILL").create()
        self.automation = AnsibleAutomation(
            folder / "jobs",
            FilePlaybooks(),
            folder / "KILL",
            Reach(is_here=lambda server: server == "here", row={"here": ROW}.get),
        )
        self._number = 0

    async def carried_out(
        self, name: str, given: Mapping[str, tuple[str, ...]], timeout_seconds: float = 60
    ) -> Finished:
        template = next(t for t in await self.automation.templates() if t.name == name)
        parameters = tuple(sorted(given.items()))
        self._number += 1
        now = datetime.now(UTC)
        warrant = Warrant(
            id=f"W{self._number}",
            action="A1",
            incident="I1",
            runbook="R1",
            step="S1",
            target="T1",
            server="here",
            template=name,
            template_digest=template.digest,
            parameters_digest=digest_of_parameters(parameters),
            executor=self.automation.name,
            kill_epoch=0,
            start_before=now + timedelta(minutes=1),
            inventory_digest=ROW.digest,
            surroundings_digest=surroundings(),
        )
        spent = Spent(warrant=warrant, at=now)
        await self.automation.launch(spent, template, parameters, timeout_seconds)
        async with asyncio.timeout(60):
            while (state := await self.automation.find(warrant.id)) == Running():
                await asyncio.sleep(0.05)
        assert isinstance(state, Finished), state
        return state


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_dead_main_process_with_living_workers(desk: Desk, unit: Unit) -> None:
    about = {
        "unit": (unit.name,),
        "process": (unit.name,),
        "pid_file": (str(unit.pid_file),),
    }
    first = await desk.carried_out("start_service", about)
    assert (first.succeeded, first.changed) == (True, 1), first.output
    assert unit.runs

    running = await desk.carried_out("stop_leftovers", about)
    assert (running.succeeded, running.changed) == (True, 0), running.output
    assert unit.runs

    unit.kill_main()
    assert len(unit.processes()) == 2, "its workers live on"
    plain = await desk.carried_out("start_service", about)
    assert (plain.succeeded, plain.failed) == (False, 1)
    assert "the port is taken" in plain.output

    cleared = await desk.carried_out("stop_leftovers", about)
    assert (cleared.succeeded, cleared.changed) == (True, 1), cleared.output
    assert unit.processes() == []
    assert not unit.pid_file.exists()

    again = await desk.carried_out("start_service", about)
    assert (again.succeeded, again.changed) == (True, 1), again.output
    assert len(unit.processes()) == 3
    main = unit.main
    idle = await desk.carried_out("start_service", about)
    assert (idle.succeeded, idle.changed) == (True, 0), idle.output
    assert unit.main == main


async def test_a_start_that_never_comes_back_is_ended_with_all_it_began(
    desk: Desk, unit: Unit
) -> None:
    (unit.folder / "slow").touch()
    ended = await desk.carried_out("start_service", {"unit": (unit.name,)}, timeout_seconds=4)
    assert (ended.succeeded, ended.return_code) == (False, 124)
    everything = psutil.process_iter(["cmdline"])
    assert not [one for one in everything if "31338" in (one.info["cmdline"] or [])]


async def test_listed_logs_are_rotated_and_a_protected_one_stops_it(desk: Desk) -> None:
    with tempfile.TemporaryDirectory(dir="/srv", prefix="wk-test-") as name:
        shop, login = Path(name) / "shop.log", Path(name) / "auth.log"
        shop.write_text("sold\n" * 1000)
        login.write_text("root logged in\n")
        both = await desk.carried_out(
            "rotate_logs", {"mount": (name,), "paths": (str(shop), str(login))}
        )
        assert (both.succeeded, both.failed) == (False, 1)
        assert shop.stat().st_size == 5000
        one = await desk.carried_out("rotate_logs", {"mount": (name,), "paths": (str(shop),)})
        assert (one.succeeded, one.changed) == (True, 1), one.output
        assert shop.stat().st_size < 4096, "at most an unfinished block stays"
        copy = gzip.decompress(Path(f"{shop}.watchkeeper-1.gz").read_bytes())
        assert copy + shop.read_bytes() == b"sold\n" * 1000
        assert login.read_text() == "root logged in\n"


async def test_without_files_and_without_a_journal_nothing_is_changed(desk: Desk) -> None:
    """On a file system that never holds a journal: a developer's own is not ours to cut."""
    for template in ("rotate_logs", "vacuum_journal"):
        ended = await desk.carried_out(template, {"mount": ("/dev/shm",)})
        assert (ended.succeeded, ended.changed) == (True, 0), ended.output
