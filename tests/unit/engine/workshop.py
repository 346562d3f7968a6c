"""A minted warrant, a played executor, and the journal, page and clock that a launch looks at."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.speakers import told
from tests.unit.engine.works import NOON, Works, an_action
from watchkeeper.adapters.keys.signing_key import SigningKey
from watchkeeper.adapters.memory.journal import MemoryJournal
from watchkeeper.adapters.memory.ledger import MemoryLedger
from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft
from watchkeeper.domain.events.actions import ActionProposed, LaunchRequested, action_stream
from watchkeeper.domain.events.authority import AUTHORITY, WarrantMinted
from watchkeeper.domain.job import Finished, JobState, JobTemplate, NeverStarted
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.domain.warrant import Spent, Warrant
from watchkeeper.engine.launch import Launch
from watchkeeper.engine.machine import Answer
from watchkeeper.engine.spend import Till
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.limits import WARRANT_LIFE
from watchkeeper.ports.errors import SourceUnavailable

ACTION = an_action()
WARRANT = Warrant(
    id="A1-w",
    action=ACTION.id,
    incident=ACTION.incident,
    runbook=ACTION.runbook,
    step=ACTION.step,
    target=ACTION.target,
    server=ACTION.server,
    template=ACTION.template,
    template_digest=ACTION.template_digest,
    parameters_digest=ACTION.parameters_digest,
    executor="hands",
    kill_epoch=0,
    start_before=NOON + WARRANT_LIFE,
)
DONE = Finished(
    succeeded=True,
    return_code=0,
    changed=1,
    failed=0,
    unreachable=0,
    started_at=NOON,
    finished_at=NOON + timedelta(seconds=4),
    output="TASK [start it] ok",
)
STOPPED = replace(DONE, succeeded=False, return_code=1, end=JobEnd.STOPPED)
HANDS = Actor(kind=ActorKind.EXECUTOR, name="hands")
KEY = SigningKey.of(b"the authority of this workshop..")
SIGNATURE = KEY.sign(WARRANT.statement)
MINTED = WarrantMinted(warrant=WARRANT, signature=SIGNATURE, server_class="web", autonomous=True)
LAUNCH = LaunchRequested(warrant=WARRANT, signature=SIGNATURE)


@dataclass
class PlayedAutomation:
    """Starts a job for every launch that reaches it, and says of it what the story says."""

    name: str = "hands"
    refuses: Exception | None = None  # raised before anything is started
    loses: Exception | None = None  # raised after the job has started
    says: list[JobState | Exception] = field(default_factory=lambda: [DONE])  # the last for ever
    known: bool = False  # it has heard of the warrant in an earlier life
    launched: list[Spent] = field(default_factory=list)
    given: list[tuple[JobTemplate, object, float]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    deaf: int = 0  # so often it cannot be asked to stop

    async def templates(self) -> tuple[JobTemplate, ...]:
        return (JobTemplate(name=ACTION.template, digest=ACTION.template_digest),)

    async def surroundings(self) -> str:
        return WARRANT.surroundings_digest

    async def launch(
        self,
        spent: Spent,
        template: JobTemplate,
        parameters: tuple[tuple[str, tuple[str, ...]], ...],
        timeout_seconds: float,
    ) -> None:
        if self.refuses:
            raise self.refuses
        self.launched.append(spent)
        self.given.append((template, parameters, timeout_seconds))
        if self.loses:
            raise self.loses

    async def find(self, warrant: str) -> JobState:
        self.asked.append(warrant)
        if not self.launched and not self.known:
            return NeverStarted()
        said = self.says[0] if len(self.says) == 1 else self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    async def cancel(self, warrant: str) -> None:
        """It stops at its next boundary."""
        self.cancelled.append(warrant)
        if self.deaf:
            self.deaf -= 1
            raise SourceUnavailable("hands", "timeout", "no answer")
        self.says = [STOPPED]


class Workshop:
    """Everything that one launch needs; the warrant is minted at noon."""

    def __init__(self, seed: int = 1) -> None:
        self.works = Works(seed)
        self.page = SimulatedKillPage()
        self.hands = PlayedAutomation()
        self.ledger = MemoryLedger()
        self.state = ActionState(action=ACTION)

    def performer(self, journal: MemoryJournal | None = None) -> Launch:
        return Launch(
            automation=self.hands,
            till=self.till(journal),
            identifiers=SeededIdentifiers(self.works.clock, 7),
        )

    def till(self, journal: MemoryJournal | None = None) -> Till:
        return Till(
            by=Actor(kind=ActorKind.EXECUTOR, name=self.hands.name),
            seal=KEY.check(),
            ledger=self.ledger,
            journal=journal or self.works.journal,
            clock=self.works.clock,
            page=self.page,
        )

    async def minted(self) -> None:
        await self.authority(MINTED)

    async def launch(self, journal: MemoryJournal | None = None) -> Answer:
        return await self.performer(journal)(LAUNCH, self.state)

    async def authority(self, *bodies: Body) -> None:
        drafts = [Draft(stream=AUTHORITY, body=body) for body in bodies]
        await told(self.works.journal, drafts)

    def authority_state(self) -> Authority:
        state: Authority = self.works.disk.folded[AUTHORITY].state
        return state

    def said(self) -> list[str]:
        """What the authority stream holds, in order."""
        return [str(e.body.kind) for e in self.works.entries() if e.stream == AUTHORITY]

    def other_parameters(self) -> None:
        self.state = ActionState(action=replace(ACTION, parameters=(("unit", ("sshd",)),)))

    async def intend(self) -> None:
        """The action's own stream, up to the intent."""
        bodies: tuple[Body, ...] = (
            ActionProposed(action=ACTION),
            LAUNCH,
        )
        stream = action_stream(ACTION.id)
        await told(self.works.journal, [Draft(stream=stream, body=b) for b in bodies])
