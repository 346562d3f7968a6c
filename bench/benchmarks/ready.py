"""How long `watchkeeper up` takes until it is ready: its first cycle is through."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from subprocess import run
from sys import executable
from time import perf_counter

from bench.figure import Finding
from bench.rounds import in_turns
from bench.watch import watching_this_host

ROUNDS = 7


def ready(folder: Path) -> Iterator[Finding]:
    """From the start of the process to the first 200 of /readyz, with a new data directory."""
    yield in_turns(
        "up until ready",
        "s",
        _started(folder),
        rounds=ROUNDS,
        floor=("python -c pass", _bare),
        note="a new data directory each time, this host as it is found",
    )


def _started(folder: Path) -> Callable[[], float]:
    numbers = count()

    def measure() -> float:
        began = perf_counter()
        with watching_this_host(folder / str(next(numbers))):
            return perf_counter() - began

    return measure


def _bare() -> float:
    began = perf_counter()
    run([executable, "-c", "pass"], check=True)
    return perf_counter() - began
