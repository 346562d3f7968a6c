"""Several processes append to one database file, and a consumer follows meanwhile."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO

from tests.contract.journal.appending_process import SHARED
from tests.contract.journal.tally import AGENT, FOLDS, Added, added
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.rebuild import rebuild
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.domain.entry import Entry
from watchkeeper.ports.journal import CursorMove

REPOSITORY = Path(__file__).parents[3]
PROCESSES, BATCH, TIMES = 3, 4, 25
EACH = (BATCH + 1) * TIMES
ALL = PROCESSES * EACH


class Appender:
    """A process that appends when it is told to begin."""

    def __init__(self, folder: Path, name: str, *arguments: int) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [
                sys.executable,
                *("-m", "tests.contract.journal.appending_process", str(folder), name),
                *map(str, arguments),
            ],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self) -> None:
        """When it is ready, let it go."""
        assert self._output.readline() == "ready\n"
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def told(self, lines: int | None = None) -> list[list[int]]:
        """The positions of each append, as it was told: the next lines, or all to the end."""
        found = self._output if lines is None else [self._output.readline() for _ in range(lines)]
        return [json.loads(line) for line in found if line.endswith("\n")]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def _output(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout


@contextmanager
def appenders(folder: Path, number: int, *arguments: int) -> Iterator[list[Appender]]:
    """So many, each ready before the first begins; none is left behind."""
    started = [Appender(folder, str(n), *arguments) for n in range(number)]
    try:
        yield started
    finally:
        for each in started:
            each.kill()
            for pipe in (each.process.stdin, each.process.stdout):
                if pipe is not None:
                    pipe.close()


async def followed(journal: SqlJournal, until: int) -> list[Entry]:
    """Everything, as a consumer with a cursor sees it while it is written."""
    seen: list[Entry] = []
    while len(seen) < until:
        stands = len(seen)
        page = await journal.entries(after=stands, limit=50)
        if page:
            move = CursorMove(name="consumer", position=page[-1].position, seen=stands)
            await journal.append(AGENT, (), cursor=move)
            seen += page
        else:
            await journal.changed(stands)
    return seen


async def test_processes_side_by_side_leave_no_gap_and_a_consumer_misses_nothing(
    tmp_path: Path,
) -> None:
    journal = SqlJournal(tmp_path, FOLDS, SystemClock())
    with appenders(tmp_path, PROCESSES, BATCH, TIMES) as started:
        for each in started:
            each.begin()
        seen = await asyncio.wait_for(followed(journal, ALL), 60)
        told = {each.name: each.told() for each in started}
        assert [each.process.wait(30) for each in started] == [0] * PROCESSES
    assert await journal.cursor("consumer") == ALL
    await journal.close()

    assert [entry.position for entry in seen] == list(range(1, ALL + 1)), "no gap, no reorder"
    assert _was_interleaved(seen), "they did not run side by side: the test shows nothing"
    for name, batches in told.items():
        own = [entry for entry in seen if entry.stream == f"tally/{name}"]
        assert [entry.position for entry in own] == [at for batch in batches for at in batch]
        assert [entry.body for entry in own] == [Added(amount=n) for n in range(BATCH * TIMES)]
        assert all(batch == list(range(batch[0], batch[0] + BATCH)) for batch in batches)
    shared = [entry.revision for entry in seen if entry.stream == SHARED]
    assert shared == list(range(1, PROCESSES * TIMES + 1)), "each on top of what it had seen"

    report = verify(tmp_path)
    assert (report.faults, report.notes, report.entries) == ((), (), ALL)
    assert rebuild(tmp_path, FOLDS) == ()


def _was_interleaved(seen: list[Entry]) -> bool:
    writers = [entry.stream for entry in seen if entry.stream != SHARED]
    turns = sum(one != other for one, other in pairwise(writers))
    return turns > 3 * PROCESSES


async def test_a_process_killed_while_it_appends_leaves_a_journal_that_verifies(
    tmp_path: Path,
) -> None:
    """`kill -9`, several times: every append that was told is there, every one is whole."""
    batch, told = 40, 0
    for lines in (1, 3, 8, 2, 5):
        with appenders(tmp_path, 1, batch) as [appender]:
            appender.begin()
            told += len(appender.told(lines))
            appender.kill()
            told += len(appender.told())
        report = verify(tmp_path)
        assert report.faults == ()
        assert report.entries % batch == 0, "an append is whole or not there"
        assert 0 <= report.entries // batch - told <= 1, "only the last may not have been told"
        told = report.entries // batch
    assert rebuild(tmp_path, FOLDS) == ()
    journal = SqlJournal(tmp_path, FOLDS, SystemClock(), threads=0)
    entries = await journal.entries(limit=100_000)
    assert [entry.position for entry in entries] == list(range(1, told * batch + 1))
    [entry] = await journal.append(AGENT, (added("tally/a"),))
    assert entry.position == report.entries + 1
    await journal.close()
    assert (verify(tmp_path).faults, verify(tmp_path).notes) == ((), ())
