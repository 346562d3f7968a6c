"""Appending to the journal and verifying it: durable, with Merkle tree and projections."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from bench.alert_lives import AlertLives
from bench.bare_file import BareFile
from bench.figure import AtLeast, Bar, Figure, Finding
from bench.rounds import in_turns
from bench.warrant_lives import MOST_REMEMBERED, WarrantLives
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.record import record_of

SINGLE = AtLeast(value=800)
BATCHES = AtLeast(value=12_000)
VERIFIED = AtLeast(value=50_000)
BATCH = 50
ENTRIES_VERIFIED = 60_000
AMONG = f"{MOST_REMEMBERED} warrants are remembered, as many as the gates let through in a day"
ROUNDS = 7
ROUND_SECONDS = 1.0
MONITORING = Actor(kind=ActorKind.AGENT, name="monitoring")


def journal(folder: Path) -> Iterator[Finding]:
    """Appends one by one, in batches and side by side; then the whole journal verified."""
    with asyncio.Runner() as runner:
        desk = _Desk(folder, runner)
        yield desk.appends("appends one by one", desk.one_by_one, 1, SINGLE)
        yield desk.appends(f"batches of {BATCH}", desk.in_batches, BATCH, BATCHES)
        yield desk.appends(f"{BATCH} appends at once", desk.side_by_side, BATCH)
        runner.run(desk.mint(MOST_REMEMBERED))
        yield desk.appends("on a warrant", desk.on_a_warrant, 1, note=AMONG)
        runner.run(desk.fill_up())
        yield desk.verification()
        runner.run(desk.journal.close())


class _Desk:
    """A journal under measurement, beside a bare file."""

    def __init__(self, folder: Path, runner: asyncio.Runner) -> None:
        self.folder = folder
        self.runner = runner
        self.journal = SqlJournal(folder, FOLDS, SystemClock())
        self.bare = BareFile(folder / "bare.db")
        self.lives = AlertLives()
        self.warrants = WarrantLives()
        first = runner.run(self.journal.append(MONITORING, self.lives.next(3 * BATCH)))
        self.records = cycle([record_of(entry) for entry in first])

    def appends(
        self,
        name: str,
        work: Callable[[], Awaitable[int]],
        group: int,
        bar: Bar | None = None,
        note: str = "",
    ) -> Figure:
        """Entries a second, beside bare commits of as many records."""
        return in_turns(
            name,
            "entries/s",
            lambda: self.runner.run(_rate(work)),
            rounds=ROUNDS,
            bar=bar,
            floor=(f"bare commits of {group}", lambda: self.bare_rate(group)),
            note=note,
        )

    async def one_by_one(self) -> int:
        """Each awaited before the next."""
        return len(await self.journal.append(MONITORING, self.lives.next(1)))

    async def in_batches(self) -> int:
        """One append of many drafts."""
        return len(await self.journal.append(MONITORING, self.lives.next(BATCH)))

    async def side_by_side(self) -> int:
        """Many callers, one draft each, who meet in the appender's group."""
        drafts = self.lives.next(BATCH)
        done = [self.journal.append(MONITORING, (draft,)) for draft in drafts]
        return sum(len(entries) for entries in await asyncio.gather(*done))

    async def mint(self, number: int) -> None:
        """So many warrants, minted, spent and settled."""
        for _ in range(number // 10):
            await self.journal.append(MONITORING, self.warrants.next(30))

    async def on_a_warrant(self) -> int:
        """Minted, spent or settled: the largest state that an append makes anew."""
        return len(await self.journal.append(MONITORING, self.warrants.next(1)))

    def bare_rate(self, group: int) -> float:
        """Records a second into the bare file."""
        done, began = 0, perf_counter()
        while perf_counter() - began < ROUND_SECONDS:
            self.bare.append(list(islice(self.records, group)))
            done += group
        return done / (perf_counter() - began)

    async def fill_up(self) -> None:
        """Enough entries in both files to verify."""
        while (await self.journal.head()).size < ENTRIES_VERIFIED:
            await self.journal.append(MONITORING, self.lives.next(1000))
        while self.bare.hashed() < ENTRIES_VERIFIED:
            self.bare.append(list(islice(self.records, 10_000)))

    def verification(self) -> Figure:
        """Entries a second through `audit verify`'s own walk, beside reading and hashing them."""
        return in_turns(
            "verification",
            "entries/s",
            lambda: _walked(self.folder),
            rounds=ROUNDS,
            bar=VERIFIED,
            floor=("read and hash bare records", lambda: _timed(self.bare.hashed)),
        )


async def _rate(work: Callable[[], Awaitable[int]]) -> float:
    done, began = 0, perf_counter()
    while perf_counter() - began < ROUND_SECONDS:
        done += await work()
    return done / (perf_counter() - began)


def _walked(folder: Path) -> float:
    def walk() -> int:
        report = verify(folder)
        if not report.ok:
            raise RuntimeError(f"the benchmark's own journal does not verify: {report.faults[:3]}")
        return report.entries

    return _timed(walk)


def _timed(work: Callable[[], int]) -> float:
    began = perf_counter()
    return work() / (perf_counter() - began)
