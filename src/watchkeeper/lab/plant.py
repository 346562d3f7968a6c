"""Everything that outlives a crash, and the program put together on it once more for every life."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from watchkeeper.adapters.keys.signing_key import SigningKey
from watchkeeper.adapters.memory.ledger import MemoryLedger
from watchkeeper.adapters.simulated.automation import SimulatedAutomation
from watchkeeper.adapters.simulated.blueprint import Blueprint
from watchkeeper.adapters.simulated.havoc import Havoc
from watchkeeper.adapters.simulated.inspector import SimulatedInspector
from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.simulated.logs import SimulatedLogs
from watchkeeper.adapters.simulated.metrics import SimulatedMetrics
from watchkeeper.adapters.simulated.world import World
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.bootstrap.assembly import Watchkeeper
from watchkeeper.bootstrap.only_real import PRETEND_SEED
from watchkeeper.bootstrap.ports import Bench, Eyes, Hands, OneProcess
from watchkeeper.incidents.root_cause import DeterministicReasoner
from watchkeeper.lab.clock import TRUE, SimulatedClock, Skew
from watchkeeper.lab.faults import (
    FaultyAutomation,
    FaultyInspector,
    FaultyLogs,
    FaultyMetrics,
    FaultyReasoner,
)
from watchkeeper.lab.faulty_journal import FaultyJournal, Heard
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.lab.process import Process
from watchkeeper.lab.shipped import ShippedPlaybooks, ShippedRunbooks
from watchkeeper.lab.weather import Weather
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import JournalFailed
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage

START_AGAIN_SECONDS = 1.0
PRETEND_AUTHORITY = SigningKey.of(PRETEND_SEED)


class Store(Protocol):
    """Where journals of one simulation lie."""

    def handle(self, clock: Clock) -> Journal:
        """One life's own handle; the store stays when the handle is gone."""


@dataclass(kw_only=True)
class Plant:
    """The pretend data centre with everything around the program that a crash does not touch."""

    loop: VirtualLoop
    start: datetime
    world: World
    havoc: Havoc
    page: KillPage
    executor: SimulatedAutomation
    store: Store
    ledger: MemoryLedger = field(default_factory=MemoryLedger)

    def clock(self, skew: Skew = TRUE) -> SimulatedClock:
        """A clock of this plant, true or not."""
        return SimulatedClock(self.loop, self.start, skew)


def built(
    blueprint: Blueprint,
    loop: VirtualLoop,
    start: datetime,
    store: Store,
    page: KillPage | None = None,
) -> Plant:
    """A plant whose world begins at ``start``, the loop's present."""
    world = World(blueprint, SimulatedClock(loop, start))
    havoc, page = Havoc(world), page or SimulatedKillPage()
    executor = SimulatedAutomation(world, havoc, ShippedPlaybooks(), page)
    return Plant(
        loop=loop,
        start=start,
        world=world,
        havoc=havoc,
        page=page,
        executor=executor,
        store=store,
    )


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What one life of the program meets. ``heard`` is told of every commit, before its answer."""

    clock: Clock
    identifiers: Identifiers
    weather: Weather
    heard: Heard


def ports(plant: Plant, process: Process, met: Circumstances) -> OneProcess:
    """Every port of one life, through the weather and behind the fence."""
    fence, weather = process.fence, met.weather
    journal = FaultyJournal(plant.store.handle(met.clock), weather, fence, met.heard)
    hands = FaultyAutomation(plant.executor, weather, fence, plant.executor.lose)
    return OneProcess(
        journal=journal,
        clock=met.clock,
        identifiers=met.identifiers,
        page=plant.page,
        runbooks=ShippedRunbooks(),
        eyes=Eyes(
            crew=InlineCrew(),
            metrics=(FaultyMetrics(SimulatedMetrics(plant.world), weather, fence),),
            logs=(FaultyLogs(SimulatedLogs(plant.world), weather, fence),),
            inspector=FaultyInspector(SimulatedInspector(plant.world), weather, fence),
            reasoner=FaultyReasoner(DeterministicReasoner(), weather, fence),
        ),
        bench=Bench(templates=hands, seal=PRETEND_AUTHORITY),
        hands=Hands(automation=hands, seal=PRETEND_AUTHORITY.check(), ledger=plant.ledger),
    )


async def lived(program: Watchkeeper) -> None:
    """One life: start, and go on until it is ended.

    A start that cannot be written down is tried again, as a service manager would.
    """
    while True:
        try:
            await program.start()
            break
        except JournalFailed:
            await asyncio.sleep(START_AGAIN_SECONDS)
    await asyncio.get_running_loop().create_future()


def begin(loop: VirtualLoop, process: Process, program: Watchkeeper) -> None:
    """Let a life begin with this program."""
    process.start(loop, lambda: lived(program))
