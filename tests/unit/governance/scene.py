"""A small estate, one runbook, and what the gates would see of it, spoilt as a story wants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.speakers import fitting
from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Actor, ActorKind, Body, Entry
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    LevelGranted,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.events.incidents import incident_stream
from watchkeeper.domain.job import JobTemplate
from watchkeeper.domain.runbook import (
    CheckName,
    CheckOutcome,
    ItemKind,
    Precondition,
    Runbook,
    Step,
)
from watchkeeper.domain.warrant import Warrant
from watchkeeper.governance.authority import Authority, evolve
from watchkeeper.governance.citations import Citation
from watchkeeper.governance.context import Context
from watchkeeper.knowledge.estate import EstateGraph

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
AGENT = Actor(kind=ActorKind.AGENT, name="incidents")
ENGINE = Actor(kind=ActorKind.SYSTEM, name="engine")
ALICE = Actor(kind=ActorKind.PERSON, name="alice")

START = JobTemplate(name="start_service", digest="s" * 64)
STOP = JobTemplate(name="stop_leftovers", digest="l" * 64)

RESTART = Runbook(
    id="restart-dead-service",
    title="Restart a dead service",
    version=1,
    incident_types=("service-down",),
    applies_to=ItemKind.SERVICE,
    parameters=(),
    preconditions=(Precondition(check=CheckName.SERVICE_IS_DEAD),),
    steps=(
        Step(id="confirm-dead", title="Look again", check=CheckName.SERVICE_IS_DEAD),
        Step(id="stop-leftovers", title="Stop leftovers", template=STOP),
        Step(id="start", title="Start it", template=START),
    ),
    verification=(CheckName.PROBE_ANSWERS,),
    digest="r" * 64,
)

ESTATE = Estate(
    servers=(
        *(Server(name=f"web-{n}", server_class="web") for n in range(1, 6)),
        Server(name="db-1", server_class="database"),
        Server(name="vault-1", server_class="vault", protected=True),
        Server(name="new-1"),
        Server(name="watch-1", server_class="watch"),
    ),
    services=(
        *(Service(name=f"front-{n}", server=f"web-{n}", replicas_of="front") for n in range(1, 6)),
        Service(name="docs", server="web-2"),
        Service(name="mail", server="web-3"),
        Service(name="orders", server="db-1"),
        Service(name="keys", server="vault-1"),
        Service(name="blog", server="new-1"),
        Service(name="console", server="watch-1"),
    ),
)


def an_action(target: str = "docs", number: int = 1, incident: str = "I1") -> Action:
    """The start of a service, as proposed and sure."""
    graph = EstateGraph(ESTATE)
    return Action(
        id=f"{incident}-{number:02d}",
        incident=incident,
        runbook=RESTART.id,
        runbook_digest=RESTART.digest,
        step="start",
        step_index=2,
        verb=RESTART.steps[2].verb,
        target=target,
        server=graph.server_of(target),
        server_class=graph.class_of(target),
        template=START.name,
        template_digest=START.digest,
        parameters=(("unit", (target,)),),
        confidence=9_000,
        timeout_seconds=60.0,
    )


def a_warrant(
    target: str = "docs", number: int = 1, incident: str = "I1", epoch: int = 0
) -> Warrant:
    """The warrant that such an action would get at noon."""
    action = an_action(target, number, incident)
    return Warrant(
        id=f"{action.id}-w",
        action=action.id,
        incident=incident,
        runbook=action.runbook,
        step=action.step,
        target=target,
        server=action.server,
        template=action.template,
        template_digest=action.template_digest,
        parameters_digest=action.parameters_digest,
        executor="hands",
        kill_epoch=epoch,
        start_before=NOON + timedelta(seconds=60),
    )


def granted(level: AutonomyLevel, server_class: str = "web") -> LevelGranted:
    """A person's word on the one runbook."""
    return LevelGranted(runbook=RESTART.id, server_class=server_class, level=level)


class Book:
    """The authority stream as it is written, line by line, at instants of the story's choosing."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.now = NOON
        self._drawn = 0

    def say(self, *bodies: Body, by: Actor | None = None) -> Authority:
        """More lines, all at the present instant."""
        for body in bodies:
            entry = written(body, AUTHORITY, self.authority.revision + 1, self.now, by)
            self.authority = evolve(self.authority, entry)
        return self.authority

    def mint(
        self,
        target: str = "docs",
        *,
        incident: str = "I1",
        autonomous: bool = True,
        root: str = "",
    ) -> Warrant:
        """A warrant of its own for one more action."""
        self._drawn += 1
        warrant = a_warrant(target, self._drawn, incident, self.authority.kill_epoch)
        server_class = EstateGraph(ESTATE).class_of(target)
        self.say(
            WarrantMinted(
                warrant=warrant, server_class=server_class, autonomous=autonomous, root=root
            )
        )
        return warrant

    def act(
        self,
        outcome: WarrantOutcome,
        target: str = "docs",
        *,
        minutes: float = 0,
        incident: str = "I1",
        autonomous: bool = True,
        root: str = "",
    ) -> None:
        """One whole action: minted now, and settled so many minutes later."""
        warrant = self.mint(target, incident=incident, autonomous=autonomous, root=root)
        if outcome is not WarrantOutcome.NEVER_STARTED:
            self.say(WarrantSpent(warrant=warrant.id))
        self.now += timedelta(minutes=minutes)
        self.say(WarrantSettled(warrant=warrant.id, outcome=outcome))

    def later(self, **how_long: float) -> None:
        """Time passes."""
        self.now += timedelta(**how_long)


def written(
    body: Body, stream: str, revision: int, at: datetime = NOON, by: Actor | None = None
) -> Entry:
    """A line as the journal would hold it; its position is its revision."""
    return Entry(
        position=revision,
        stream=stream,
        revision=revision,
        at=at,
        actor=fitting(body, by),
        cause=None,
        body=body,
    )


ANSWERED = (CheckName.SERVICE_IS_DEAD, CheckName.NOBODY_AT_WORK)


def an_answer(
    check: CheckName,
    outcome: CheckOutcome = CheckOutcome.PASSED,
    *,
    item: str = "docs",
    incident: str = "I1",
    at: datetime = NOON,
    position: int = 7,
) -> Citation:
    """An answer as the journal has it, to whoever asked for the incident."""
    return Citation(
        check=check,
        stream=incident_stream(incident),
        item=item,
        outcome=outcome,
        at=at,
        position=position,
    )


CONTEXT = Context(
    now=NOON,
    authority=Book().say(granted(AutonomyLevel.ACT), by=ALICE),
    estate=EstateGraph(ESTATE),
    runbook=RESTART,
    templates={START.name: START.digest, STOP.name: STOP.digest},
    citations=tuple(an_answer(check) for check in ANSWERED),
)
"""Nothing speaks against acting here; every story spoils one thing."""


def seen_by(book: Book, **spoilt: object) -> Context:
    """The context at the book's present instant."""
    return replace(CONTEXT, authority=book.authority, now=book.now, **spoilt)  # type: ignore[arg-type]
