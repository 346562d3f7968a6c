"""How much a data directory holds, and how fast it grows."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import TRAIL
from watchkeeper.adapters.system.vital_signs import Space, space_under
from watchkeeper.bootstrap.opening import reading
from watchkeeper.ports.journal import Journal

WINDOW = timedelta(days=7)
LEAST = timedelta(hours=6)  # of looking back, before a day's growth can be told
DAY = timedelta(days=1)
JOBS = "jobs"


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Bytes as they lie on the disk. ``per_day`` None: too young to tell."""

    journal_bytes: int
    heads_bytes: int
    jobs_bytes: int
    per_day_bytes: float | None


def growth(folder: Path, now: datetime) -> Growth:
    """Measured over the last week, or as long as there has been a journal.

    Raises DataDirectoryRefused, SchemaTooNew, JournalFailed, OSError.
    """
    lately = asyncio.run(_looked(folder, now))
    journal_bytes, heads_bytes = _size(folder.glob(f"{FILE}*")), _size(folder.glob(TRAIL))
    jobs = [path for path in (folder / JOBS).rglob("*") if path.is_file()]
    per_day = None
    if lately.entries and now - lately.since >= LEAST:
        recent = _size(job for job in jobs if job.stat().st_mtime >= lately.since.timestamp())
        grown = (journal_bytes + heads_bytes) * lately.recent / lately.entries + recent
        per_day = grown / ((now - lately.since) / DAY)
    return Growth(
        journal_bytes=journal_bytes,
        heads_bytes=heads_bytes,
        jobs_bytes=_size(jobs),
        per_day_bytes=per_day,
    )


def space(folder: Path) -> Space:
    """The file system under a data directory, or under where it will be. Raises OSError."""
    there = next(each for each in (folder, *folder.resolve().parents) if each.exists())
    return space_under(there)


@dataclass(frozen=True, kw_only=True)
class _Lately:
    """How many entries there are, how many of them lately, and since when that is."""

    entries: int
    recent: int
    since: datetime


async def _looked(folder: Path, now: datetime) -> _Lately:
    async with reading(folder) as journal:
        size = (await journal.head()).size
        first = await _at(journal, 1) if size else now
        if now - first <= WINDOW:
            return _Lately(entries=size, recent=size, since=first)
        old = await _older(journal, size, now - WINDOW)
        return _Lately(entries=size, recent=size - old, since=now - WINDOW)


async def _older(journal: Journal, size: int, than: datetime) -> int:
    """How many entries are older than that; the first one is. O(log size)."""
    low, high = 1, size + 1
    while high - low > 1:
        middle = (low + high) // 2
        if await _at(journal, middle) < than:
            low = middle
        else:
            high = middle
    return low


async def _at(journal: Journal, position: int) -> datetime:
    [entry] = await journal.entries(after=position - 1, limit=1)
    return entry.at


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
