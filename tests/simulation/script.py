"""What happens in a run: drawn by the seed, readable afterwards."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.simulation.parts import Parts
from watchkeeper.adapters.simulated.blueprint import Blueprint
from watchkeeper.adapters.simulated.faults import (
    Culprit,
    Death,
    DiskFills,
    Fault,
    MetricTurnsNoisy,
    ServerVanishes,
    ServiceDies,
    StartFails,
    StartFailure,
    WrapperDies,
)

STORM_SECONDS = 300.0  # mishaps and crashes; after it all is calm
SHARE_TOGETHER = 0.5  # of the seeds whose workers are all three parts
FIRST, LAST = 15.0, 120.0  # when faults begin


@dataclass(frozen=True, kw_only=True)
class Crash:
    """A life ends: so many steps after an instant, or after the next entry of a kind."""

    worker: int
    at: float
    after_kind: str  # empty: after the instant itself
    steps: int
    down_seconds: float


@dataclass(frozen=True, kw_only=True)
class Kill:
    """A person stops everything, and perhaps lets it go again."""

    at: float
    after_kind: str  # empty: at the instant; else right after the next entry of this kind
    released_after: float | None


@dataclass(frozen=True, kw_only=True)
class Script:
    """A run's story."""

    story: str
    workers: int = 1  # at least
    parts: tuple[Parts, ...] = (Parts.ALL,)  # of each worker, as it is drawn at the end
    granted: bool = True
    faults: tuple[tuple[float, Fault], ...] = ()
    crashes: tuple[Crash, ...] = ()
    kill: Kill | None = None
    outage: tuple[float, float] | None = None  # of the metric source
    rival: bool = False  # another agent draws on the same budget
    answers: tuple[str, ...] = field(default=("approve",))  # what the person draws from


Story = Callable[[random.Random, Blueprint], Script]

KINDS = (
    "alert.raised",
    "incident.opened",
    "evidence.requested",
    "runbook.chosen",
    "action.proposed",
    "action.judged",
    "change.requested",
    "change.opened",
    "warrant.minted",
    "warrant.spent",
    "job.finished",
    "action.closed",
    "check.requested",
    "verification.started",
)


def drawn(seed: int, blueprint: Blueprint) -> Script:
    """The script of a seed: its story goes round, everything else is chance."""
    chance = random.Random(f"script {seed}")
    story = STORIES[seed % len(STORIES)]
    script = story(chance, blueprint)
    parts = _parts(chance, script.workers)
    crashes = tuple(_crash(chance, len(parts)) for _ in range(chance.choice((0, 1, 2, 3, 4, 6))))
    return replace(script, parts=parts, crashes=crashes)


def _parts(chance: random.Random, least: int) -> tuple[Parts, ...]:
    """Workers that are all three, or one to three processes of each part."""
    together = max(least, chance.choice((1, 1, 2)))
    if chance.random() < SHARE_TOGETHER:
        return (Parts.ALL,) * together
    apart = (Parts.AGENTS, Parts.AUTHORITY, Parts.EXECUTOR)
    return tuple(part for part in apart for _ in range(chance.choice((1, 2, 2, 3))))


def _crash(chance: random.Random, workers: int) -> Crash:
    return Crash(
        worker=chance.randrange(workers),
        at=chance.uniform(0, STORM_SECONDS * 0.5),
        after_kind=chance.choice(("", *KINDS)),
        steps=chance.choice((0, 1, 2, 3, 5, 8, 13, 21, 40, 80)),
        down_seconds=chance.choice((0.5, 5.0, 30.0, 70.0)),
    )


def _service(chance: random.Random, blueprint: Blueprint, kind: str = "") -> str:
    names = [s.service.name for s in blueprint.services if s.service.name.startswith(kind)]
    return chance.choice(names)


def _when(chance: random.Random) -> float:
    return chance.uniform(FIRST, LAST)


def dead_service(chance: random.Random, blueprint: Blueprint) -> Script:
    dies = ServiceDies(service=_service(chance, blueprint))
    return Script(story="a dead service, granted", faults=((_when(chance), dies),))


def asked_first(chance: random.Random, blueprint: Blueprint) -> Script:
    dies = ServiceDies(service=_service(chance, blueprint))
    return Script(
        story="a dead service, nothing granted",
        granted=False,
        faults=((_when(chance), dies),),
        answers=("approve", "approve", "deny", "silence"),
    )


def dead_upstream(chance: random.Random, blueprint: Blueprint) -> Script:
    dies = ServiceDies(service=_service(chance, blueprint, "orders"))
    return Script(story="a dead upstream, its victims alert", faults=((_when(chance), dies),))


def leftovers(chance: random.Random, blueprint: Blueprint) -> Script:
    death = chance.choice((Death.MAIN, Death.MAIN_DEAF))
    dies = ServiceDies(service=_service(chance, blueprint), death=death)
    return Script(story="left-over workers hold the port", faults=((_when(chance), dies),))


def failing_fix(chance: random.Random, blueprint: Blueprint) -> Script:
    service, when = _service(chance, blueprint), _when(chance)
    failure = chance.choice((StartFailure.REFUSES, StartFailure.DIES_AT_ONCE))
    faults = (
        (1.0, StartFails(service=service, failure=failure)),
        (when, ServiceDies(service=service)),
    )
    return Script(story="a fix that fails", faults=faults)


def dies_again(chance: random.Random, blueprint: Blueprint) -> Script:
    service = _service(chance, blueprint)
    times = [_when(chance) + 70.0 * number for number in range(3)]
    return Script(
        story="a fix that does not hold",
        faults=tuple((when, ServiceDies(service=service)) for when in times),
    )


def replicas(chance: random.Random, blueprint: Blueprint) -> Script:
    """Two replicas die together: never may both be under change at once."""
    group = [s.service for s in blueprint.services if s.service.replicas_of]
    kind = chance.choice(sorted({s.replicas_of for s in group}))
    when = _when(chance)
    faults = tuple((when, ServiceDies(service=s.name)) for s in group if s.replicas_of == kind)
    return Script(story="all replicas at once", workers=2, faults=faults)


def everything(chance: random.Random, blueprint: Blueprint) -> Script:
    faults = tuple((_when(chance), ServiceDies(service=s.service.name)) for s in blueprint.services)
    return Script(story="everything dies", workers=2, faults=faults, answers=("approve", "deny"))


def killed(chance: random.Random, blueprint: Blueprint) -> Script:
    kill = Kill(
        at=chance.uniform(30, 150),
        after_kind=chance.choice(("", *KINDS)),
        released_after=chance.choice((None, 20.0, 90.0)),
    )
    return replace(
        dead_service(chance, blueprint), story="the kill switch in the middle", kill=kill
    )


def lost_source(chance: random.Random, blueprint: Blueprint) -> Script:
    start = chance.uniform(20, 120)
    return replace(
        dead_service(chance, blueprint),
        story="the metric source is lost",
        outage=(start, start + chance.uniform(30, 150)),
    )


def vanished(chance: random.Random, blueprint: Blueprint) -> Script:
    server = chance.choice(blueprint.servers).server.name
    gone = ServerVanishes(server=server, lasts=timedelta(seconds=chance.uniform(60, 200)))
    return Script(story="a server vanishes", faults=((_when(chance), gone),))


def dead_wrapper(chance: random.Random, blueprint: Blueprint) -> Script:
    script = dead_service(chance, blueprint)
    died_at, dies = script.faults[0]
    assert isinstance(dies, ServiceDies)
    server = next(s.service.server for s in blueprint.services if s.service.name == dies.service)
    wrapper = tuple(
        (died_at + 15.0 + 2.0 * number, WrapperDies(server=server)) for number in range(60)
    )
    return replace(script, story="the wrapper is killed", faults=(*script.faults, *wrapper))


def filling_disk(chance: random.Random, blueprint: Blueprint) -> Script:
    server = chance.choice(blueprint.servers).server.name
    fills = DiskFills(
        server=server,
        mount="/var",
        culprit=chance.choice(list(Culprit)),
        ratio_per_hour=40.0,
        lasts=timedelta(seconds=60),
    )
    noisy = MetricTurnsNoisy(
        server=server, metric="load_per_core", spread=3.0, lasts=timedelta(minutes=2)
    )
    return Script(story="a disk fills", faults=((_when(chance), fills), (_when(chance), noisy)))


def rivals(chance: random.Random, blueprint: Blueprint) -> Script:
    return replace(
        dead_service(chance, blueprint), story="another agent draws on the budget", rival=True
    )


def rivals_upstream(chance: random.Random, blueprint: Blueprint) -> Script:
    return replace(
        dead_upstream(chance, blueprint),
        story="another agent draws on the budget of a dead upstream",
        rival=True,
    )


STORIES: tuple[Story, ...] = (
    dead_service,
    asked_first,
    dead_upstream,
    leftovers,
    failing_fix,
    dies_again,
    replicas,
    everything,
    killed,
    lost_source,
    vanished,
    dead_wrapper,
    filling_disk,
    rivals,
    rivals_upstream,
)
