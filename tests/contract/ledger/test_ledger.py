"""The ledger of spent warrants: once, for ever, and it never counts back."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from watchkeeper.adapters.ledger.spent_ledger import SpentLedger
from watchkeeper.adapters.memory.ledger import MemoryLedger
from watchkeeper.ports.ledger import Ledger, LedgerFailed

DIGEST = "d" * 64

KEEPER = """
import asyncio, sys
from pathlib import Path
from watchkeeper.adapters.ledger.spent_ledger import SpentLedger

async def keep(ledger):
    for number in range(100_000):
        await ledger.count_up()
        await ledger.mark(f"A{number}-w", "d" * 64)
        print(number, flush=True)

asyncio.run(keep(SpentLedger(Path(sys.argv[1]))))
"""


@pytest.fixture(params=["directory", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Ledger]:
    """Opens the ledger, as often as somebody starts."""
    memory = MemoryLedger()
    return lambda: SpentLedger(tmp_path / "ledger") if request.param == "directory" else memory


async def test_a_warrant_is_marked_once_also_by_the_next_life(
    opened: Callable[[], Ledger],
) -> None:
    assert await opened().mark("A1-w", DIGEST)
    assert not await opened().mark("A1-w", DIGEST)
    assert not await opened().mark("A1-w", "another digest")
    assert await opened().mark("A2-w", DIGEST)


async def test_of_many_who_mark_it_at_once_one_may_go(opened: Callable[[], Ledger]) -> None:
    marked = await asyncio.gather(*(opened().mark("A1-w", DIGEST) for _ in range(20)))
    assert sum(marked) == 1


async def test_it_never_counts_back_and_never_says_a_number_twice(
    opened: Callable[[], Ledger],
) -> None:
    numbers = await asyncio.gather(*(opened().count_up() for _ in range(20)))
    assert sorted(numbers) == list(range(1, 21))
    assert await opened().count_up() == 21


def _marks(folder: Path, won: "multiprocessing.Queue[int]") -> None:
    ledger = SpentLedger(folder)
    for number in range(50):
        if asyncio.run(ledger.mark(f"A{number:02}-w", DIGEST)):
            won.put(number)


def test_of_two_processes_one_may_go_for_each_warrant(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    won: multiprocessing.Queue[int] = context.Queue()
    both = [context.Process(target=_marks, args=(tmp_path / "ledger", won)) for _ in range(2)]
    for process in both:
        process.start()
    numbers = sorted(won.get(timeout=30) for _ in range(50))
    for process in both:
        process.join()
    assert numbers == list(range(50))
    assert won.empty()


def test_what_was_told_before_a_kill_stands(tmp_path: Path) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert keeper.stdout is not None
    told = [int(keeper.stdout.readline()) for _ in range(25)]
    os.kill(keeper.pid, signal.SIGKILL)
    told += [int(line) for line in keeper.stdout.read().split()]
    keeper.wait()
    ledger = SpentLedger(tmp_path)
    assert all(ledger.digest(f"A{number}-w") == DIGEST for number in told)
    assert ledger.counted() >= len(told)


async def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    ledger = SpentLedger(tmp_path / "ledger")
    await ledger.count_up()
    await ledger.mark("A1-w", DIGEST)
    for path in [tmp_path / "ledger", *(tmp_path / "ledger").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("name", ["../A1-w", "", "A1/w", "A" * 65, "A1\n"])
async def test_only_a_warrant_s_name_can_be_marked(tmp_path: Path, name: str) -> None:
    with pytest.raises(LedgerFailed):
        await SpentLedger(tmp_path / "ledger").mark(name, DIGEST)
    assert list(tmp_path.rglob("*-w")) == []


async def test_a_ledger_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("a file where the directory should be")
    ledger = SpentLedger(tmp_path / "ledger")
    with pytest.raises(LedgerFailed):
        await ledger.mark("A1-w", DIGEST)
    with pytest.raises(LedgerFailed):
        await ledger.count_up()


async def test_a_damaged_count_is_not_taken_for_nothing(tmp_path: Path) -> None:
    ledger = SpentLedger(tmp_path)
    await ledger.count_up()
    (tmp_path / "counted").write_text("no number")
    with pytest.raises(LedgerFailed):
        await ledger.count_up()
    with pytest.raises(LedgerFailed):
        ledger.counted()
