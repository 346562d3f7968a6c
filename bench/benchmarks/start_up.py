"""How long `watchkeeper --version` takes, from the shell's point of view."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.figure import AtMost, Finding
from bench.rounds import in_turns

LONGEST_SECONDS = 0.5
ROUNDS = 21


def start_up(_: Path) -> Iterator[Finding]:
    """Wall time of the installed command, beside an interpreter that does nothing."""
    program = Path(sys.executable).with_name("watchkeeper")
    yield in_turns(
        "watchkeeper --version",
        "s",
        lambda: _seconds(str(program), "--version"),
        rounds=ROUNDS,
        bar=AtMost(value=LONGEST_SECONDS),
        floor=("python -c pass", lambda: _seconds(sys.executable, "-c", "pass")),
    )


def _seconds(*command: str) -> float:
    began = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began
