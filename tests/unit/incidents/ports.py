"""The world as an incident asks it, played: each source says what the story tells it to say."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import numpy as np

from tests.speakers import told
from tests.unit.incidents.case import ESTATE, NOON
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.blob import Blob, opened
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft
from watchkeeper.domain.estate import Estate, Service
from watchkeeper.domain.readings import History, Readings, Series, Targets
from watchkeeper.engine.machine import Answer
from watchkeeper.incidents.checks import Check
from watchkeeper.incidents.evidence import Gather
from watchkeeper.incidents.post_mortem import WriteUp
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.lab.clock import SimulatedClock
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.inspector import FilesystemState, Presence, ServiceState
from watchkeeper.ports.logs import LogLine

T = TypeVar("T")

AGENT = Actor(kind=ActorKind.AGENT, name="incidents")
HEALTHY = ServiceState(
    answers=True, probe_reason="200", probe_seconds=0.01, alive=4, zombies=0, main_alive=True
)
SILENT = ServiceState(
    answers=False, probe_reason="refused", probe_seconds=None, alive=0, zombies=1, main_alive=False
)


@dataclass
class Moods:
    """How a source is: ``fails`` in a word, or ``seconds`` until it answers."""

    name: str
    fails: str = ""
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)

    async def answering(self, what: str) -> None:
        self.asked.append(what)
        await asyncio.sleep(self.seconds)
        if self.fails:
            raise SourceUnavailable(self.name, self.fails, "the story says so")


@dataclass
class PlayedMetrics(Moods):
    says: dict[Series, float] = field(default_factory=dict)

    async def read(self, targets: Targets) -> Readings:
        await self.answering(",".join(sorted(set(targets.servers.values()))))
        return Readings(
            source=self.name,
            at=NOON,
            series=tuple(self.says),
            values=np.array(list(self.says.values()), dtype=np.float64),
        )

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        raise SourceUnavailable(self.name, "absent", "remembers nothing")


@dataclass
class PlayedLogs(Moods):
    holds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wanted: list[tuple[datetime, datetime, int]] = field(default_factory=list)

    async def lines(
        self, service: Service, start: datetime, end: datetime, limit: int
    ) -> tuple[LogLine, ...]:
        await self.answering(service.name)
        self.wanted.append((start, end, limit))
        held = self.holds.get(service.name, ())
        return tuple(LogLine(at=NOON, origin="a file", text=text) for text in held)


@dataclass
class PlayedInspector(Moods):
    """``states`` are taken one after another; the last one stays."""

    states: dict[str, list[ServiceState]] = field(default_factory=dict)
    free: list[float] = field(default_factory=lambda: [0.5])
    at_work: Presence = field(default_factory=Presence)

    async def service(self, service: Service) -> ServiceState:
        await self.answering(service.name)
        states = self.states.setdefault(service.name, [HEALTHY])
        return states.pop(0) if len(states) > 1 else states[0]

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        await self.answering(f"{server} {mount}")
        free = self.free.pop(0) if len(self.free) > 1 else self.free[0]
        return FilesystemState(mount=mount, free_ratio=free, inodes_free_ratio=0.5)

    async def presence(self, server: str) -> Presence:
        await self.answering(server)
        return self.at_work


class House:
    """Everything that the performers of an incident ask, on virtual time."""

    def __init__(self) -> None:
        self.loop = VirtualLoop(1)
        self.clock = SimulatedClock(self.loop, NOON)
        self.identifiers = SeededIdentifiers(self.clock, 7)
        self.disk = Disk()
        self.journal = MemoryJournal(self.disk, FOLDS, self.clock)
        self.metrics = PlayedMetrics("prometheus")
        self.spare = PlayedMetrics("host")
        self.logs = PlayedLogs("journald")
        self.files = PlayedLogs("files")
        self.inspector = PlayedInspector("inspector")
        self.estate = ESTATE

    def play(self, story: Coroutine[Any, Any, T]) -> T:
        told: T = self.loop.run_until_complete(story)
        assert self.loop.unheard == []
        return told

    def graph(self) -> EstateGraph:
        return EstateGraph(self.estate)

    def gather(self) -> Gather:
        return Gather(
            metrics=(self.metrics, self.spare),
            logs=(self.logs, self.files),
            inspector=self.inspector,
            journal=self.journal,
            clock=self.clock,
            identifiers=self.identifiers,
            estate=self.graph,
        )

    def check(self) -> Check:
        return Check(
            inspector=self.inspector,
            clock=self.clock,
            identifiers=self.identifiers,
            estate=self.graph,
        )

    def write_up(self) -> WriteUp:
        return WriteUp(journal=self.journal, identifiers=self.identifiers, estate=self.graph)

    async def say(
        self, stream: str, *bodies: Body, by: Actor = AGENT, texts: tuple[Blob, ...] = ()
    ) -> None:
        drafts = [Draft(stream=stream, body=body) for body in bodies]
        await told(self.journal, drafts, texts, by)

    def become(self, estate: Estate) -> None:
        """The estate is loaded again."""
        self.estate = estate


def text_of(answer: Answer, digest: str) -> str:
    """One of an answer's texts."""
    return opened(next(blob for blob in answer.blobs if blob.digest == digest))
