"""The whole program on the corner shop: the pretend data centre in fine weather, virtual time."""

import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.simulated.blueprint import corner_shop
from watchkeeper.adapters.simulated.faults import Fault
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.bootstrap.assembly import Watchkeeper
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.options import Options
from watchkeeper.domain.blob import opened
from watchkeeper.domain.entry import Actor, ActorKind, Body, Entry
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.authority import AutonomyLevel
from watchkeeper.domain.record import entry_of
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.governance.limits import Times
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.lab import plant as lab
from watchkeeper.lab import shipped
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.lab.process import Process
from watchkeeper.lab.weather import Weather
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.orchestration.orders.desk import Desk
from watchkeeper.orchestration.orders.granting import Wanted, grant
from watchkeeper.ports.clock import Clock

T = TypeVar("T")
B = TypeVar("B", bound=Body)

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ALICE = Actor(kind=ActorKind.PERSON, name="alice")
PACE = Pace(cycle_seconds=10.0, intensified_seconds=5.0, history=timedelta(0))


class Shelf:
    """The runbooks as they lie on disk: a story may change them."""

    def __init__(self) -> None:
        self.books: tuple[Runbook, ...] = shipped.runbooks()

    async def runbooks(self) -> tuple[Runbook, ...]:
        return self.books


class Store:
    """The disk under the journal."""

    def __init__(self) -> None:
        self.disk = Disk()

    def handle(self, clock: Clock) -> MemoryJournal:
        return MemoryJournal(self.disk, FOLDS, clock)


class Watch:
    """A program at work, and what a story does to its world."""

    def __init__(self, *, times: Times | None = None, seed: int = 1) -> None:
        self.loop = VirtualLoop(seed)
        self.store = Store()
        self.plant = lab.built(corner_shop(0), self.loop, NOON, self.store)
        self.clock = self.plant.clock()
        self.weather = Weather(chance=random.Random(seed))
        self.shelf = Shelf()
        self.journal = self.store.handle(self.clock)
        self.desk = Desk(
            by=ALICE,
            journal=self.journal,
            page=self.plant.page,
            identifiers=SeededIdentifiers(self.clock, seed),
        )
        self.estate: Estate = self.plant.world.blueprint.estate
        self.program = self._program(times or Times(verification=timedelta(seconds=60)))

    def play(self, story: Coroutine[Any, Any, T]) -> T:
        """The story, with the program at work; whatever failed unheard is told."""

        async def whole() -> T:
            await self.program.start()
            try:
                return await story
            finally:
                await self.program.stop()

        told: T = self.loop.run_until_complete(whole())
        assert self.loop.unheard == []
        return told

    # ── what the story does ───────────────────────────────────────────────────

    async def grant(self, level: AutonomyLevel = AutonomyLevel.ACT_AND_NOTIFY) -> None:
        """Every runbook, on every class."""
        library = {runbook.id for runbook in self.shelf.books}
        for runbook in library:
            for server in self.estate.servers:
                wanted = Wanted(runbook=runbook, server_class=server.server_class, level=level)
                await grant(self.desk, library, wanted)

    def inflict(self, fault: Fault) -> None:
        self.plant.havoc.inflict(fault)

    def darken(self, port: str, seconds: float = 3600.0) -> None:
        """Nothing comes through to a port of the world for so long."""
        self.weather.outages[port] = (self.loop.time(), self.loop.time() + seconds)

    async def reload(self, estate: Estate) -> None:
        await self.program.reload(estate)

    async def pass_(self, **time: float) -> None:
        await self.clock.sleep_until(self.clock.now() + timedelta(**time))

    async def until(self, seen: Callable[["Watch"], bool], minutes: float = 30) -> None:
        """Time passes until this is seen."""
        end = self.clock.now() + timedelta(minutes=minutes)
        while not seen(self):
            assert self.clock.now() < end, f"never seen: {self.kinds()[-12:]}"
            await self.pass_(seconds=0.5)

    async def until_said(self, kind: type[Body], minutes: float = 30) -> None:
        await self.until(lambda watch: bool(watch.all(kind)), minutes)

    async def until_all_is_over(self) -> None:
        await self.until(lambda watch: not any(incident.open for incident in watch.incidents))

    # ── what the story looks at ───────────────────────────────────────────────

    def entries(self) -> list[Entry]:
        return [entry_of(record) for record in self.store.disk.records]

    def kinds(self) -> list[str]:
        return [str(entry.body.kind) for entry in self.entries()]

    def all(self, kind: type[B]) -> list[B]:
        return [entry.body for entry in self.entries() if isinstance(entry.body, kind)]

    def states(self, prefix: str) -> Sequence[Any]:
        folded = self.store.disk.folded
        return [folded[stream].state for stream in sorted(folded) if stream.startswith(prefix)]

    @property
    def incidents(self) -> list[IncidentState]:
        """Oldest first."""
        return list(self.states("incident/"))

    @property
    def incident(self) -> IncidentState:
        """The only one."""
        (only,) = self.incidents
        return only

    @property
    def actions(self) -> list[ActionState]:
        return list(self.states("action/"))

    def write_up(self, incident: IncidentState) -> str:
        return opened(self.store.disk.blobs[incident.post_mortem])

    def started(self) -> list[str]:
        """What the executor has started, on which target."""
        return [f"{w.template} {w.target}" for w in self.plant.executor.launched]

    def _program(self, times: Times) -> Watchkeeper:
        met = lab.Circumstances(
            clock=self.clock,
            identifiers=SeededIdentifiers(self.clock, 7),
            weather=self.weather,
            heard=_nobody,
        )
        given = lab.ports(self.plant, Process("the program"), met)
        options = Options(
            estate=self.estate,
            rules=shipped.thresholds(),
            pace=PACE,
            times=times,
            version="of the story",
        )
        return Watchkeeper(replace(given, runbooks=self.shelf), options)


async def _nobody() -> None:
    """Nobody listens to every commit."""
