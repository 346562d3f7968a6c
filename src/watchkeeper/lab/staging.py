"""Setting the stage: the production program on a pretend data centre, with a journal on disk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from watchkeeper.adapters.simulated.blueprint import data_centre
from watchkeeper.adapters.simulated.world import World
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.adapters.system.kill_page import FileKillPage
from watchkeeper.bootstrap.assembly import Watchkeeper
from watchkeeper.bootstrap.data_directory import KILL_PAGE
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.options import Options
from watchkeeper.bootstrap.ports import OneProcess
from watchkeeper.bootstrap.pretend import marked
from watchkeeper.lab.cast import Cast, cast
from watchkeeper.lab.chronicle import Chronicle
from watchkeeper.lab.clock import SimulatedClock
from watchkeeper.lab.faulty_journal import FaultyJournal, Heard
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.lab.month import Month
from watchkeeper.lab.narrator import Narrator
from watchkeeper.lab.newsreel import Newsreel
from watchkeeper.lab.person import PERSON, Person
from watchkeeper.lab.plant import Circumstances, Plant, built, ports
from watchkeeper.lab.process import Fence, Process
from watchkeeper.lab.shipped import thresholds
from watchkeeper.lab.stage import Stage
from watchkeeper.lab.stories import STORIES, Story
from watchkeeper.lab.telling import Screen
from watchkeeper.lab.weather import calm
from watchkeeper.orchestration.orders.desk import Desk
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.journal import Journal

START = datetime(2026, 3, 4, 6, tzinfo=UTC)  # a Wednesday morning, by the virtual clock


@dataclass(frozen=True, kw_only=True)
class Staging:
    """What is staged, where, and as whose program. ``called``: how it is called from a shell."""

    seed: int
    data_dir: Path | None = None
    version: str = "0"
    called: str = "watchkeeper"
    casting: Callable[[World], Cast] = cast
    stories: tuple[Story, ...] = STORIES


@dataclass(frozen=True, kw_only=True)
class OneHandle:
    """A store of which there is one handle: a demo has one life."""

    journal: Journal

    def handle(self, _: Clock) -> Journal:
        """It."""
        return self.journal


@asynccontextmanager
async def staged(
    staging: Staging, home: Path, loop: VirtualLoop, screen: Screen
) -> AsyncIterator[Stage]:
    """A stage on which the program watches, until the block ends."""
    journal = SqlJournal(home, FOLDS, SimulatedClock(loop, START), threads=0)
    page = FileKillPage(home / KILL_PAGE)
    plant = built(data_centre(staging.seed), loop, START, OneHandle(journal=journal), page)
    newsreel, chronicle = Newsreel(journal), Chronicle()
    newsreel.listeners += [chronicle.write, Narrator(journal=journal, tell=screen.line).hear]
    given = _ports(staging, plant, newsreel.heard)
    month = Month(given.eyes.metrics[0], thresholds(), screen.passing)
    eyes = replace(given.eyes, metrics=(month,))
    program = Watchkeeper(replace(given, eyes=eyes), _options(staging, plant))
    try:
        await program.start()
        page.create()  # after the first entry: a page without a journal looks like a live one's
        yield Stage(
            plant=plant,
            program=program,
            month=month,
            newsreel=newsreel,
            chronicle=chronicle,
            person=_person(staging, plant, newsreel.heard),
            screen=screen,
        )
    finally:
        await program.stop()
        await journal.close()
        await asyncio.sleep(1)  # by the virtual clock: whatever was cancelled comes to its end


def _ports(staging: Staging, plant: Plant, heard: Heard) -> OneProcess:
    """The ports as in the simulation, in weather in which nothing goes wrong."""
    met = Circumstances(
        clock=plant.clock(),
        identifiers=SeededIdentifiers(plant.clock(), staging.seed),
        weather=calm(f"program {staging.seed}"),
        heard=heard,
    )
    return ports(plant, Process("demo"), met)


def _options(staging: Staging, plant: Plant) -> Options:
    """As an installation runs that was told nothing but its estate."""
    return Options(
        estate=plant.world.blueprint.estate,
        rules=thresholds(),
        version=marked(staging.version),
    )


def _person(staging: Staging, plant: Plant, heard: Heard) -> Person:
    clock = plant.clock()
    weather = calm(f"person {staging.seed}")
    desk = Desk(
        by=PERSON,
        journal=FaultyJournal(plant.store.handle(clock), weather, Fence(), heard),
        page=plant.page,
        identifiers=SeededIdentifiers(clock, staging.seed + 1),
    )
    return Person(desk=desk, clock=clock, world=plant.world)
