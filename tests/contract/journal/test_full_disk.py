"""A full disk: the append fails, nothing is half there, and it goes on once there is room."""

import asyncio
import os
import resource
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.contract.journal.tally import AGENT, FOLDS, added
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.rebuild import rebuild
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.domain.blob import Blob, blob_digest
from watchkeeper.ports.errors import JournalFailed

DISK_BYTES = 8_000_000
FREE_BYTES = 2_000_000
TEXT_BYTES = 50_000
MOST_APPENDS = 400  # ten times what the disk holds
FULL_AFTER = 3  # refusals in a row: after the first the log may still be folded into the file


class Disk(Protocol):
    """A folder with little room."""

    folder: Path

    def make_room(self) -> None:
        """So that what did not fit before does now."""


class SmallFilesystem:
    """A file system of a few megabytes, most of them taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        self._ballast.write_bytes(os.urandom(DISK_BYTES - FREE_BYTES))

    def make_room(self) -> None:
        self._ballast.unlink()


class SmallFiles:
    """No file of this process may grow beyond a limit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (FREE_BYTES, self._before[1]))

    def make_room(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


@contextmanager
def small_filesystem(folder: Path) -> Iterator[Disk]:
    options = f"size={DISK_BYTES}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        yield SmallFilesystem(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def small_files(folder: Path) -> Iterator[Disk]:
    disk = SmallFiles(folder)
    try:
        yield disk
    finally:
        disk.make_room()


@pytest.fixture(params=[small_filesystem, small_files])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    with request.param(tmp_path) as disk:
        yield disk


@pytest.fixture(params=[0, 2], ids=["inline", "threads"])
async def journal(request: pytest.FixtureRequest, disk: Disk) -> AsyncIterator[SqlJournal]:
    journal = SqlJournal(disk.folder, FOLDS, SystemClock(), threads=request.param)
    yield journal
    await journal.close()


def text(number: int) -> Blob:
    """A text that nothing can make smaller."""
    salt, content = number.to_bytes(16), os.urandom(TEXT_BYTES)
    return Blob(digest=blob_digest(salt, content), salt=salt, content=content)


async def append(journal: SqlJournal, number: int) -> str:
    """One entry and its text; the text's name."""
    seen = text(number)
    draft = added("tally/a", amount=number, expected=number, text=seen.digest)
    await journal.append(AGENT, (draft,), blobs=(seen,))
    return seen.digest


async def filled(journal: SqlJournal) -> list[str]:
    """Append until there is no more room; the names of the texts that went in."""
    names: list[str] = []
    refused = 0
    for _ in range(MOST_APPENDS):
        try:
            names.append(await append(journal, len(names)))
            refused = 0
        except JournalFailed:
            refused += 1
        if refused == FULL_AFTER:
            return names
    raise AssertionError("the disk never became full")


async def stands(journal: SqlJournal, names: list[str]) -> None:
    """What was told is there, whole; nothing else is."""
    assert (await journal.head()).size == len(names)
    entries = await journal.entries()
    assert [getattr(entry.body, "text", None) for entry in entries] == names
    for name in names:
        assert await journal.blob(name) is not None
    held = await journal.held("tally/a")
    assert held is not None
    assert (held.revision, held.state.total) == (len(names), sum(range(len(names))))


async def test_a_full_disk_refuses_whole_appends_and_is_forgiven(
    disk: Disk, journal: SqlJournal
) -> None:
    names = await filled(journal)
    assert names, "the disk was full from the beginning: the test shows nothing"
    await stands(journal, names)

    disk.make_room()
    names += [await append(journal, number) for number in range(len(names), len(names) + 5)]
    await stands(journal, names)
    await journal.close()
    report = verify(disk.folder)
    assert (report.faults, report.entries) == ((), len(names))
    assert rebuild(disk.folder, FOLDS) == ()


async def test_all_who_wait_are_told_and_none_is_there(disk: Disk, journal: SqlJournal) -> None:
    names = await filled(journal)
    drafts = [added(f"tally/{n}", text=text(n).digest) for n in range(10)]
    told = await asyncio.wait_for(
        asyncio.gather(
            *(
                journal.append(AGENT, (draft,), blobs=[text(n) for n in range(10)])
                for draft in drafts
            ),
            return_exceptions=True,
        ),
        20,
    )
    assert [type(outcome) for outcome in told] == [JournalFailed] * 10
    await stands(journal, names)


async def test_the_journal_opens_again_on_a_full_disk_once_there_is_room(disk: Disk) -> None:
    journal = SqlJournal(disk.folder, FOLDS, SystemClock(), threads=0)
    names = await filled(journal)
    journal.fence()
    disk.make_room()
    again = SqlJournal(disk.folder, FOLDS, SystemClock(), threads=0)
    await stands(again, names)
    names.append(await append(again, len(names)))
    await stands(again, names)
    await again.close()
    assert verify(disk.folder).faults == ()
