"""A watch on a small estate under a virtual clock: sources say what the story tells them to say."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np

from watchkeeper.adapters.files.thresholds import read_thresholds
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.alert import fingerprint
from watchkeeper.domain.blob import opened
from watchkeeper.domain.entry import Actor, ActorKind, Body, Entry
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated
from watchkeeper.domain.readings import Gap, History, Readings, Series, Targets
from watchkeeper.domain.threshold import Thresholds
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.monitoring.alert_fold import ALERT_FOLD, AlertState
from watchkeeper.monitoring.cycle import Cycle, Watch
from watchkeeper.monitoring.numbers import OWN_SOURCE, Pace
from watchkeeper.monitoring.source_fold import SOURCE_FOLD
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.logs import LogLine

T = TypeVar("T")
B = TypeVar("B", bound=Body)

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
AGENT = Actor(kind=ActorKind.AGENT, name="monitoring")
NAN = float("nan")

Value = float | Callable[[datetime], float]


def up(server: str) -> Series:
    return Series(server=server, metric="up")


def probe(service: str, server: str = "web-1") -> Series:
    return Series(server=server, metric="probe_success", part=service)


def disk(mount: str = "/var", server: str = "web-1") -> Series:
    return Series(server=server, metric="filesystem_free_ratio", part=mount)


def cpu(server: str = "web-1") -> Series:
    return Series(server=server, metric="cpu_busy_ratio")


def estate(servers: Sequence[str] = ("web-1",), services: Sequence[str] = ("shop",)) -> Estate:
    """Servers, and services on the first of them."""
    return Estate(
        servers=tuple(Server(name=name, instances=(f"{name}:9100",)) for name in servers),
        services=tuple(
            Service(name=name, server=servers[0], probe=f"http://127.0.0.1/{name}")
            for name in services
        ),
    )


@dataclass
class PlayedMetrics:
    """Says what ``says`` holds at the instant it is asked; a function is asked for its value."""

    name: str
    clock: Callable[[], datetime]
    says: dict[Series, Value] = field(default_factory=dict)
    fails: str = ""
    gaps: tuple[Gap, ...] = ()
    unlisted: tuple[str, ...] = ()
    frozen_at: datetime | None = None  # its samples carry this time for ever
    remembers: bool = False  # whether history answers
    asked: list[Targets] = field(default_factory=list)

    async def read(self, targets: Targets) -> Readings:
        self.asked.append(targets)
        self._answering()
        now = self.frozen_at or self.clock()
        servers = set(targets.servers.values())
        told = {one: self._value(one, now) for one in self.says if one.server in servers}
        return Readings(
            source=self.name,
            at=now,
            series=tuple(told),
            values=np.array(list(told.values()), dtype=np.float64),
            gaps=self.gaps,
            unlisted=self.unlisted,
        )

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        self._answering()
        if not self.remembers:
            raise SourceUnavailable(self.name, "absent", "remembers nothing")
        servers = set(targets.servers.values())
        rows = [one for one in self.says if one.metric == metric and one.server in servers]
        count = int((end - start) / step) + 1
        instants = [start + step * index for index in range(count)]
        values = [[self._value(one, at) for at in instants] for one in rows]
        return History(
            source=self.name,
            series=tuple(rows),
            times=np.array([at.timestamp() for at in instants]),
            values=np.array(values, dtype=np.float64).reshape(len(rows), count),
        )

    def _answering(self) -> None:
        if self.fails:
            raise SourceUnavailable(self.name, self.fails, "the story says so")

    def _value(self, series: Series, at: datetime) -> float:
        said = self.says[series]
        return said(at) if callable(said) else said


@dataclass
class PlayedLogs:
    """Holds lines by service; ``fails`` makes it unavailable, ``hangs`` makes it never answer."""

    name: str = "files"
    holds: dict[str, tuple[LogLine, ...]] = field(default_factory=dict)
    fails: str = ""
    hangs: bool = False

    async def lines(
        self, service: Service, start: datetime, end: datetime, limit: int
    ) -> tuple[LogLine, ...]:
        if self.fails:
            raise SourceUnavailable(self.name, self.fails, "the story says so")
        if self.hangs:
            raise TimeoutError
        lines = self.holds.get(service.name, ())
        return tuple(one for one in lines if one.at is None or start <= one.at <= end)[-limit:]


def bodies(entries: Sequence[Entry], kind: type[B]) -> list[B]:
    return [entry.body for entry in entries if isinstance(entry.body, kind)]


async def at_once(seconds: float, work: Awaitable[T]) -> T:
    """A time limit that a played source keeps, or breaks by saying TimeoutError itself."""
    assert seconds > 0
    return await work


class Station:
    """The watch, its world and its journal; a restart forgets everything but the journal."""

    def __init__(
        self,
        estate: Estate,
        *,
        sources: Sequence[str] = ("prometheus",),
        pace: Pace | None = None,
        rules: Thresholds | None = None,
    ) -> None:
        self.clock = ManualClock(START)
        self.pace = pace or Pace()
        self.rules = rules or read_thresholds()
        self.sources = {name: PlayedMetrics(name, self.clock.now) for name in sources}
        self.logs = PlayedLogs()
        self.journal = MemoryJournal(Disk(), (ALERT_FOLD, SOURCE_FOLD), self.clock)
        self.entries: list[Entry] = []
        self.estate = estate
        self.watch = self._watch()
        for server in estate.servers:
            self.source.says[up(server.name)] = 1
        for service in estate.services:
            self.source.says[probe(service.name, service.server)] = 1

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def source(self) -> PlayedMetrics:
        return next(iter(self.sources.values()))

    @property
    def says(self) -> dict[Series, Value]:
        return self.source.says

    def restart(self) -> None:
        self.watch = self._watch()

    async def run(self, cycles: int = 1, step: float | None = None) -> Cycle:
        """That many cycles, each a pace later; the last one's result."""
        for _ in range(cycles):
            self.clock.advance(timedelta(seconds=step or self.pace.cycle_seconds))
            cycle = await self.watch.cycle(self.now)
            if cycle.drafts:
                self.entries += await self.journal.append(AGENT, cycle.drafts, cycle.blobs)
        return cycle

    @property
    def said(self) -> list[object]:
        return [entry.body for entry in self.entries]

    @property
    def raised(self) -> list[AlertRaised]:
        return bodies(self.entries, AlertRaised)

    @property
    def updated(self) -> list[AlertUpdated]:
        return bodies(self.entries, AlertUpdated)

    @property
    def resolved(self) -> list[AlertResolved]:
        return bodies(self.entries, AlertResolved)

    async def active(self) -> list[AlertState]:
        return [held.state for held in await self.journal.open_streams("alert")]

    async def text(self, digest: str) -> str:
        blob = await self.journal.blob(digest)
        assert blob is not None
        return opened(blob)

    def _watch(self) -> Watch:
        return Watch(
            sources=tuple(self.sources.values()),
            logs=(self.logs,),
            estate=EstateGraph(self.estate),
            rules=self.rules,
            streams=self.journal,
            identifiers=SeededIdentifiers(self.clock, seed=1),
            crew=InlineCrew(),
            within=at_once,
            pace=self.pace,
        )


def own_fingerprint(server: str, subject: str) -> str:
    return fingerprint(OWN_SOURCE, server, (subject,))
