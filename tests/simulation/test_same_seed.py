"""Same seed, same journal: in one process, in two with other hash seeds, in memory and on disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.run import run
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.journal import Journal

REPOSITORY = Path(__file__).parents[2]
FIRST, LAST = 6, 12  # several workers, kills, lost sources among them


class SqlStore:
    """One database file that several lives open, each without threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def handle(self, clock: Clock) -> Journal:
        return SqlJournal(self._directory, FOLDS, clock, threads=0)


def test_twice_the_same_report() -> None:
    assert run(7) == run(7)


def test_other_seeds_are_other_runs() -> None:
    assert len({run(seed).tree_head for seed in range(FIRST, LAST)}) == LAST - FIRST


def test_the_order_of_hashes_changes_nothing() -> None:
    said = {_replayed(hash_seed) for hash_seed in ("1", "2")}
    assert len(said) == 1
    assert said.pop().count("tree head") == LAST - FIRST


def _replayed(hash_seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", str(FIRST), "--to", str(LAST)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("seed", [1, 6, 8])
def test_the_promises_hold_on_the_real_database_file(seed: int, tmp_path: Path) -> None:
    first, second = (_made(tmp_path / name) for name in ("first", "second"))
    report = run(seed, SqlStore(first))
    assert report.violations == ()
    assert report == run(seed, SqlStore(second))


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory
