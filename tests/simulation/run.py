"""One seed, one run: the production program on a pretend data centre, under faults and crashes."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from tests.simulation.invariants import Invariants
from tests.simulation.parts import Parts, given_to
from tests.simulation.people import (
    PERSON,
    RIVAL,
    Approver,
    Rival,
    grant_everything,
    let_go,
    stop_everything,
)
from tests.simulation.script import STORM_SECONDS, Crash, Script, drawn
from tests.simulation.witness import Witness
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.memory.ledger import MemoryLedger
from watchkeeper.adapters.simulated.automation import EXECUTOR
from watchkeeper.adapters.simulated.blueprint import corner_shop
from watchkeeper.adapters.simulated.logs import SECRET
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.bootstrap.assembly import Watchkeeper
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.options import Options
from watchkeeper.bootstrap.ports import OneProcess
from watchkeeper.domain.blob import opened
from watchkeeper.domain.entry import Entry, Unreadable, prefix_of
from watchkeeper.domain.events.actions import ChangeOpened
from watchkeeper.domain.events.incidents import IncidentOpened
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.record import record_of
from watchkeeper.governance.limits import Times
from watchkeeper.lab.clock import Skew
from watchkeeper.lab.faulty_journal import FaultyJournal
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.lab.plant import Circumstances, Plant, Store, begin, built, ports
from watchkeeper.lab.process import Fence, Process
from watchkeeper.lab.shipped import thresholds
from watchkeeper.lab.weather import Weather, drawn_weather
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.orchestration.orders.desk import Desk
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.journal import Journal

START = datetime(2026, 3, 4, 12, tzinfo=UTC)
PACE = Pace(cycle_seconds=10.0, intensified_seconds=5.0, history=timedelta(0))
TIMES = Times(approval=timedelta(seconds=90), verification=timedelta(seconds=40))
LONGEST_CALM_SECONDS = 1200.0  # after it everything has to be over
LOOK_SECONDS = 20.0
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run came to. The same seed gives the same report."""

    seed: int
    story: str
    tree_head: str
    entries: int
    crashes: int
    faults: Counter[str]
    interleavings: frozenset[tuple[str, str]]  # kinds that followed one another in two streams
    steps: int
    seconds: float  # virtual
    violations: tuple[str, ...]


class MemoryStore:
    """A disk that several lives share."""

    def __init__(self) -> None:
        self.disk = Disk()

    def handle(self, clock: Clock) -> Journal:
        return MemoryJournal(self.disk, FOLDS, clock)


@dataclass
class Worker:
    """One worker through all its lives."""

    number: int
    chance: random.Random
    parts: Parts = Parts.ALL
    ledger: MemoryLedger = field(default_factory=MemoryLedger)  # of an executor by itself
    lives: int = 0
    process: Process | None = None
    countdown: int = -1  # steps until it crashes; -1: it does not
    down_seconds: float = 0.0


@dataclass
class Run:
    """A run while it lasts."""

    seed: int
    plant: Plant
    script: Script
    weather: Weather
    invariants: Invariants
    reader: Journal
    workers: list[Worker]
    seen: list[Entry] = field(default_factory=list)
    crashes: int = 0
    waiting: list[Crash] = field(default_factory=list)  # for an entry of their kind
    on_kind: list[tuple[str, Callable[[Entry], Awaitable[None]]]] = field(default_factory=list)
    background: list[asyncio.Task[None]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    async def play(self) -> None:
        """The whole run, from the first grant to the last check."""
        desk = self._desk()
        if self.script.granted:
            await grant_everything(desk, self.plant.world.blueprint.estate)
        for at, fault in self.script.faults:
            self.plant.havoc.inflict(fault, START + timedelta(seconds=at))
        if self.script.outage:
            self.weather.outages["metrics"] = self.script.outage
        self._people(desk)
        for worker in self.workers:
            self._live(worker)
        for crash in self.script.crashes:
            self._later(crash.at, partial(self._arm, crash))
        self.plant.loop.before_step = self._before_step
        await asyncio.sleep(STORM_SECONDS)
        await let_go(desk, self.plant.clock())  # while it is engaged, a question waits for ever
        await self._calm()
        self.plant.loop.before_step = None
        await self._ended()

    def _desk(self) -> Desk:
        clock = self.plant.clock()
        return Desk(
            by=PERSON,
            journal=FaultyJournal(
                self.plant.store.handle(clock),
                Weather(chance=random.Random(f"desk {self.seed}")),
                Fence(),
                self.heard,
            ),
            page=self.plant.page,
            identifiers=SeededIdentifiers(clock, self.seed),
        )

    def _people(self, desk: Desk) -> None:
        clock, chance = self.plant.clock(), random.Random(f"people {self.seed}")
        self._background(Approver(desk, clock, chance, self.script.answers).run())
        kill = self.script.kill
        if kill:

            async def stop(_: Entry | None = None) -> None:
                self._background(stop_everything(desk, clock, kill.released_after))

            async def prepare() -> None:
                if kill.after_kind:
                    self.on_kind.append((kill.after_kind, stop))
                else:
                    await stop()

            self._later(kill.at, prepare)
        if self.script.rival:
            rival = Rival(desk.journal, clock, chance)

            async def nearly_all(entry: Entry) -> None:
                self._background(rival.nearly_all(entry))

            async def the_last(entry: Entry) -> None:
                self._background(rival.the_last(entry))

            self.on_kind.append((IncidentOpened.kind, nearly_all))
            self.on_kind.append((ChangeOpened.kind, the_last))

    async def heard(self) -> None:
        """After every commit: all new entries go through the invariants, in order."""
        for entry in await self.reader.entries(after=len(self.seen), limit=100_000):
            self.seen.append(entry)
            self.invariants.entry(entry)
            if isinstance(entry.body, Unreadable):
                continue
            for crash in [c for c in self.waiting if c.after_kind == entry.body.kind]:
                self.waiting.remove(crash)
                self._doom(crash)
            for wanted in [w for w in self.on_kind if w[0] == entry.body.kind]:
                self.on_kind.remove(wanted)
                await wanted[1](entry)

    def _live(self, worker: Worker) -> None:
        """The next life of a worker: a new process, its own clock, names and handle."""
        worker.lives += 1
        name = f"worker-{worker.number}.{worker.lives}"
        skew = Skew(
            offset_seconds=worker.chance.uniform(-2, 2),
            drift_ratio=worker.chance.choice((0.0, 0.001, -0.001)),
        )
        clock = self.plant.clock(skew)
        met = Circumstances(
            clock=clock,
            identifiers=SeededIdentifiers(clock, worker.chance.getrandbits(64)),
            weather=self.weather,
            heard=self.heard,
        )
        worker.process = Process(name)
        given = self._witnessed(ports(self.plant, worker.process, met))
        ours = given_to(worker.parts, given, worker.ledger)
        program = Watchkeeper(ours, self._options(f"worker-{worker.number}"))
        begin(self.plant.loop, worker.process, program)

    def _witnessed(self, given: OneProcess) -> OneProcess:
        hands = replace(given.hands, automation=Witness(given.hands.automation, self.invariants))
        return replace(given, hands=hands)

    def _options(self, worker: str) -> Options:
        return Options(
            estate=self.plant.world.blueprint.estate,
            rules=thresholds(),
            pace=PACE,
            times=TIMES,
            executor=EXECUTOR,
            sources=frozenset({"simulated"}),
            worker=worker,
            version="simulation",
        )

    def _later(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        async def then() -> None:
            await asyncio.sleep(seconds)
            await work()

        self._background(then())

    def _background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self.background.append(task)

    async def _arm(self, crash: Crash) -> None:
        if crash.after_kind:
            self.waiting.append(crash)
        else:
            self._doom(crash)

    def _doom(self, crash: Crash) -> None:
        worker = self.workers[crash.worker]
        if worker.countdown < 0 and self.plant.loop.time() < STORM_SECONDS:
            worker.countdown, worker.down_seconds = crash.steps, crash.down_seconds

    def _before_step(self) -> None:
        for worker in self.workers:
            if worker.countdown > 0:
                worker.countdown -= 1
            elif worker.countdown == 0 and worker.process and worker.process.alive:
                worker.countdown = -1
                worker.process.fence.down = True
                self._background(self._crashed(worker, worker.process))

    async def _crashed(self, worker: Worker, process: Process) -> None:
        self.crashes += 1
        await process.crash()
        await asyncio.sleep(worker.down_seconds)
        self._live(worker)

    async def _calm(self) -> None:
        """Nothing goes wrong any more: everything has to come to an end."""
        for _ in range(int(LONGEST_CALM_SECONDS / LOOK_SECONDS)):
            await asyncio.sleep(LOOK_SECONDS)
            quiet = len(self.seen)
            if self._over() and quiet == self._quiet:
                return
            self._quiet = quiet
        self.troubles += [f"not over after the calm: {name}" for name in self._unfinished()]

    _quiet: int = -1

    def _over(self) -> bool:
        living = all(w.process is not None and w.process.alive for w in self.workers)
        return living and not self._unfinished()

    def _unfinished(self) -> tuple[str, ...]:
        return (*self.invariants.unfinished(), *self.invariants.unrouted())

    async def _ended(self) -> None:
        """End all lives, then look at what is left behind."""
        for worker in self.workers:
            if worker.process is not None:
                failure = worker.process.failure()
                if failure is not None:
                    self.troubles.append(f"{worker.process.name} ended by itself: {failure!r}")
                await worker.process.crash()
        for task in self.background:
            task.cancel()
        for result in await asyncio.gather(*self.background, return_exceptions=True):
            if isinstance(result, Exception):
                self.troubles.append(f"in the harness: {result!r}")
        await self.heard()
        self.troubles += [f"unheard: {context}" for context in self.plant.loop.unheard]
        await self._verified()

    async def _verified(self) -> None:
        """The tree head over what was seen, entry by entry, is the store's own."""
        frontier = Frontier()
        for entry in self.seen:
            frontier = frontier.appended(leaf_hash(record_of(entry)))
        head = await self.reader.head()
        if (head.size, head.root) != (frontier.size, frontier.root()):
            self.troubles.append("the tree head is not the head over the entries")
        await self._refolded()
        await self._unspoken()

    async def _refolded(self) -> None:
        """Every stream's state is what its entries add up to."""
        states: dict[str, Any] = {}
        folds = {fold.prefix: fold for fold in FOLDS}
        for entry in self.seen:
            fold = folds.get(prefix_of(entry.stream))
            if fold is not None:
                state = states.get(entry.stream, fold.initial(entry.stream))
                states[entry.stream] = fold.evolve(state, entry)
        for stream, state in states.items():
            held = await self.reader.held(stream)
            if held is None or held.state != state:
                self.troubles.append(f"{stream} is not what its entries add up to")

    async def _unspoken(self) -> None:
        """The secret that the pretend logs hold is in no entry and in no text."""
        for entry in self.seen:
            record = record_of(entry).decode()
            blobs = [await self.reader.blob(digest) for digest in set(DIGEST.findall(record))]
            texts = [opened(blob) for blob in blobs if blob is not None]
            if any(SECRET in text for text in (record, *texts)):
                self.troubles.append(f"a secret is told at {entry.position}")


def run(seed: int, store: Store | None = None) -> Report:
    """Play a seed. Deterministic: the same seed gives the same report, in any process."""
    failures = _listening()
    loop = VirtualLoop(seed)
    blueprint = corner_shop(seed % 5)
    plant = built(blueprint, loop, START, store or MemoryStore())
    script = drawn(seed, blueprint)
    weather = drawn_weather(random.Random(f"weather {seed}"), STORM_SECONDS)
    playing = Run(
        seed=seed,
        plant=plant,
        script=script,
        weather=weather,
        invariants=Invariants(blueprint.estate, RIVAL),
        reader=plant.store.handle(plant.clock()),
        workers=[
            Worker(number, random.Random(f"worker {number} {seed}"), parts)
            for number, parts in enumerate(script.parts)
        ],
    )
    plant.executor.heard.append(playing.invariants.task_begun)
    loop.run_until_complete(playing.play())
    playing.troubles += failures
    return _report(playing)


def _report(run: Run) -> Report:
    frontier = Frontier()
    for entry in run.seen:
        frontier = frontier.appended(leaf_hash(record_of(entry)))
    pairs = zip(run.seen, run.seen[1:], strict=False)
    return Report(
        seed=run.seed,
        story=run.script.story,
        tree_head=frontier.root().hex(),
        entries=len(run.seen),
        crashes=run.crashes,
        faults=run.weather.counts,
        interleavings=frozenset(
            (one.body.kind, other.body.kind) for one, other in pairs if one.stream != other.stream
        ),
        steps=run.plant.loop.steps,
        seconds=run.plant.loop.time(),
        violations=(*run.invariants.violations, *run.troubles),
    )


def _listening() -> list[str]:
    """Whatever the supervision logs as failed goes into the list, and nothing onto the screen."""
    failures: list[str] = []

    def listen(_: object, level: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        told = str(event.get("error", ""))
        if level in ("error", "critical") and not told.startswith("JournalFailed("):
            failures.append(
                f"logged: {event.get('event')} {event.get('task')} {event.get('error')}"
            )
        raise structlog.DropEvent

    structlog.configure(processors=[listen], cache_logger_on_first_use=False)
    return failures
