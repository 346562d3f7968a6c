"""A live watch refuses pretended parts: seen on a real process, part by part."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from dataclasses import replace
from datetime import UTC, datetime

from watchkeeper.adapters.keys.signing_key import SigningKey
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap import app
from watchkeeper.interfaces.cli.main import main

real = app._ports
clock = ManualClock(datetime(2026, 3, 4, tzinfo=UTC))
change = {
    "nothing": lambda ports: ports,
    "clock": lambda ports: replace(ports, clock=clock),
    "journal": lambda ports: replace(ports, journal=MemoryJournal(Disk(), (), clock)),
    "identifiers": lambda ports: replace(ports, identifiers=SeededIdentifiers(clock, 1)),
    "page": lambda ports: replace(ports, page=SimulatedKillPage()),
    "eyes.metrics": lambda ports: replace(
        ports, eyes=replace(ports.eyes, metrics=(SimulatedKillPage(),))
    ),
    "hands.automation": lambda ports: replace(
        ports, hands=replace(ports.hands, automation=SimulatedKillPage())
    ),
}[sys.argv.pop(1)]
app._ports = lambda *given: change(real(*given))
main()
"""


def started(tmp_path: Path, part: str, seconds: float = 30) -> tuple[int | None, str]:
    """How a watch with that part pretended ends, and what it says; None: it runs."""
    config = tmp_path / "watchkeeper.yaml"
    config.write_text("http: {listen: '127.0.0.1:0'}\n")
    data = tmp_path / "data"
    verb = ["up", "--config", str(config), "--data-dir", str(data)]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, part, *verb],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            return running.wait(seconds), running.stderr.read() if running.stderr else ""
        except subprocess.TimeoutExpired:
            running.terminate()
            return None, ""


@pytest.mark.parametrize(
    "part", ["clock", "journal", "identifiers", "page", "eyes.metrics", "hands.automation"]
)
def test_a_pretended_part_is_refused(tmp_path: Path, part: str) -> None:
    code, said = started(tmp_path, part)
    assert code == 3
    assert said.splitlines()[-1].startswith(f"watchkeeper: {part}: ")
    assert "a live watch needs a real one" in said


def test_real_parts_are_not(tmp_path: Path) -> None:
    assert started(tmp_path, "nothing", seconds=6) == (None, "")


def test_the_demo_s_key_is_refused(tmp_path: Path) -> None:
    from watchkeeper.adapters.keys.signing_key import SigningKey
    from watchkeeper.bootstrap.data_directory import AUTHORITY_KEY, AUTHORITY_PUBLIC
    from watchkeeper.bootstrap.only_real import PRETEND_SEED

    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    SigningKey.of(PRETEND_SEED).keep(data / AUTHORITY_KEY)
    (data / AUTHORITY_PUBLIC).write_bytes(SigningKey.of(PRETEND_SEED).public_pem())
    (data / AUTHORITY_PUBLIC).chmod(0o600)
    code, said = started(tmp_path, "nothing")
    assert code == 3
    assert "the authority's key is the demo's" in said
