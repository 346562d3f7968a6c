"""The durable loop at work on small actions, on virtual time and the journal in memory.

The course is short: an action that is proposed wants its change record (an intent) and is closed
once it has it; one that waits for a person expires.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tests.speakers import fitting, told
from tests.unit.actions import START_SHOP
from watchkeeper.adapters.memory.journal import Disk, Hook, MemoryJournal, nothing_happens
from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry, Said
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionOutcome,
    ActionProposed,
    ApprovalExpired,
    ApprovalRequested,
    ChangeOpened,
    ChangeRequested,
    JobFinished,
    LaunchRequested,
    action_stream,
)
from watchkeeper.domain.record import entry_of
from watchkeeper.engine.intents import Intents
from watchkeeper.engine.machine import Answer, Duties, Duty, Machine, Performer
from watchkeeper.engine.reconcile import Reconciler
from watchkeeper.engine.supervise import Crew
from watchkeeper.governance.action_fold import ACTION_FOLD, ActionPhase, ActionState
from watchkeeper.governance.authority import AUTHORITY_FOLD
from watchkeeper.knowledge.change_fold import CHANGE_FOLD
from watchkeeper.lab.clock import SimulatedClock
from watchkeeper.lab.loop import VirtualLoop

T = TypeVar("T")
Decide = Callable[[Any, Any, datetime], Sequence[Said]]

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
INCIDENTS = Actor(kind=ActorKind.AGENT, name="incidents")
AUTHORITY = Actor(kind=ActorKind.AUTHORITY, name="authority")
FOLDS = (ACTION_FOLD, AUTHORITY_FOLD, CHANGE_FOLD)
EXPIRES_AT = NOON + timedelta(minutes=10)


def an_action(name: str = "A1") -> Action:
    return replace(START_SHOP, id=name)


def short_course(state: ActionState, _: object, now: datetime) -> Sequence[Said]:
    match state.phase:
        case ActionPhase.PROPOSED if state.action:
            return (ChangeRequested(),)
        case ActionPhase.AWAITING_APPROVAL if state.expires_at and now >= state.expires_at:
            return (ApprovalExpired(), ActionClosed(outcome=ActionOutcome.EXPIRED))
        case ActionPhase.RECORDED:
            return (ActionClosed(outcome=ActionOutcome.SUCCEEDED),)
        case _:
            return ()


@dataclass
class Register:
    """Opens change records; each takes ``seconds``, and the first ``failing`` tries fail."""

    seconds: float = 0.0
    failing: int = 0
    asked: list[str] = field(default_factory=list)
    clock: SimulatedClock | None = None
    asked_at: list[datetime] = field(default_factory=list)

    async def __call__(self, _: ChangeRequested, state: ActionState) -> Answer:
        assert state.action is not None and self.clock is not None
        self.asked.append(state.action.id)
        self.asked_at.append(self.clock.now())
        await self.clock.sleep_until(self.clock.now() + timedelta(seconds=self.seconds))
        if len(self.asked) <= self.failing:
            raise ValueError("the register stumbles")
        return Answer(said=(ChangeOpened(record=f"CHG-{state.action.id}"),))


@dataclass
class Worker:
    """One worker of the loop: its own handle on the journal, its own tasks."""

    journal: MemoryJournal
    crew: Crew
    intents: Intents
    reconciler: Reconciler

    def start(self) -> None:
        self.crew.keep("reconciler", self.reconciler.run)

    async def crash(self) -> None:
        """Nothing more is written, and nothing goes on."""
        self.journal.fence()
        await self.crew.stop()


class Works:
    """The virtual world of one story. ``seed`` draws the order of whatever could run at once."""

    def __init__(self, seed: int = 1) -> None:
        self.loop = VirtualLoop(seed)
        self.clock = SimulatedClock(self.loop, NOON)
        self.disk = Disk()
        self.journal = self.handle()
        self.register = Register(clock=self.clock)
        self.workers: list[Worker] = []

    def handle(
        self, before: Hook = nothing_happens, after: Hook = nothing_happens
    ) -> MemoryJournal:
        return MemoryJournal(self.disk, FOLDS, self.clock, before, after)

    def worker(
        self,
        name: str = "worker-1",
        *,
        decide: Decide = short_course,
        performers: Mapping[type[Body], Performer] | None = None,
        journal: MemoryJournal | None = None,
    ) -> Worker:
        journal = journal or self.handle()
        crew = Crew()
        intents = Intents(
            journal=journal,
            duties=_duties(performers or {ChangeRequested: self.register}),
            crew=crew,
            role="all",
            worker=name,
        )
        machine = Machine(by=AUTHORITY, fold=ACTION_FOLD, look=_nothing, decide=decide)
        reconciler = Reconciler(
            journal=journal,
            clock=self.clock,
            machines={"action": machine},
            intents=intents,
            crew=crew,
        )
        worker = Worker(journal=journal, crew=crew, intents=intents, reconciler=reconciler)
        self.workers.append(worker)
        return worker

    def play(self, story: Coroutine[Any, Any, T]) -> T:
        """The whole story, then the end of every worker; whatever nobody heard is told."""

        async def whole() -> T:
            try:
                return await story
            finally:
                for worker in self.workers:
                    await worker.crew.stop()
                await self.pass_(seconds=2)

        told: T = self.loop.run_until_complete(whole())
        assert self.loop.unheard == []
        return told

    async def say(self, name: str, *bodies: Body, cause: int | None = None) -> None:
        """Somebody else's entries in an action's stream."""
        drafts = [Draft(stream=action_stream(name), body=body, cause=cause) for body in bodies]
        await told(self.journal, drafts)

    async def propose(self, *names: str) -> None:
        for name in names:
            await self.say(name, ActionProposed(action=an_action(name)))

    async def ask_a_person(self, name: str, expires_at: datetime = EXPIRES_AT) -> None:
        asked = ApprovalRequested(digest="d", expires_at=expires_at)
        await self.say(name, ActionProposed(action=an_action(name)), asked)

    def newer_word(self, name: str) -> None:
        """The last entry of an action was written by a newer program: nobody here can read it."""
        stream = action_stream(name)
        position = self.disk.by_stream[stream][-1]
        kind = self.entries()[position - 1].body.kind.encode()
        record = self.disk.records[position - 1]
        self.disk.records[position - 1] = record.replace(kind, b"action.pondered")
        self.disk.folded[stream] = replace(self.disk.folded[stream], readable=False)

    async def pass_(self, **time: float) -> None:
        """Let virtual time pass."""
        await self.clock.sleep_until(self.clock.now() + timedelta(**time))

    def kinds(self, name: str = "A1") -> list[str]:
        """What has been said in an action's stream, in order."""
        return [str(entry.body.kind) for entry in self.entries() if entry.stream.endswith(name)]

    def phase(self, name: str = "A1") -> ActionPhase:
        state: ActionState = self.disk.folded[action_stream(name)].state
        return state.phase

    def entries(self) -> list[Entry]:
        return [entry_of(record) for record in self.disk.records]


def _duties(performers: Mapping[type[Body], Performer]) -> Duties:
    """Each by somebody who may answer it."""
    answers = {ChangeRequested: ChangeOpened, LaunchRequested: JobFinished}
    return {
        kind: Duty(stream="action", by=fitting(answers[kind]), perform=perform)
        for kind, perform in performers.items()
    }


async def _nothing(_: object) -> None:
    """Short actions look at nothing."""


def at(call: str, work: Callable[[], Awaitable[None]], time: int = 1) -> Hook:
    """A hook that does its work once: at the first such call of the journal, or a later one."""
    heard: list[str] = []

    async def hook(name: str) -> None:
        heard.extend([name] if name == call else [])
        if name == call and len(heard) == time:
            await work()

    return hook
