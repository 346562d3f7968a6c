"""How an incident's entries add up."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.diagnosis import Confidence, Diagnosis
from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.actions import ActionOutcome
from watchkeeper.domain.events.incidents import (
    AlertJoined,
    AlertQuiet,
    CheckAnswered,
    CheckOutcome,
    CheckPurpose,
    CheckRequested,
    DiagnosisReopened,
    Escalation,
    EvidenceGathered,
    EvidenceRequested,
    IncidentClosed,
    IncidentDiagnosed,
    IncidentEscalated,
    IncidentOpened,
    IncidentQuiet,
    IncidentTriaged,
    IncidentVerified,
    InvestigationRequested,
    PostMortemRequested,
    PostMortemWritten,
    Resolution,
    RunbookChosen,
    SourceBack,
    SourceLostAgain,
    StepFinished,
    StepStarted,
    StepWithdrawn,
    VerificationStarted,
)
from watchkeeper.domain.evidence import Evidence
from watchkeeper.domain.runbook import CheckName
from watchkeeper.domain.severity import Priority


class Phase(StrEnum):
    """Where an incident stands."""

    TRIAGE = "triage"
    EVIDENCE = "evidence"
    DIAGNOSIS = "diagnosis"
    DECIDING = "deciding"
    ACTING = "acting"
    VERIFYING = "verifying"
    ESCALATED = "escalated"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A state-changing step that was begun."""

    id: str
    runbook: str
    step: str
    target: str
    outcome: ActionOutcome | None = None
    withdrawn: bool = False  # no person has to be asked about it any more


@dataclass(frozen=True, kw_only=True)
class Course:
    """How far the chosen runbook has come: its preconditions first, then its steps."""

    runbook: str
    digest: str
    target: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...]
    done: int = 0  # preconditions and steps that are through
    cited: tuple[tuple[str, int], ...] = ()  # preconditions answered with yes, and where
    last: CheckOutcome | None = None  # the last answer to a check of the course
    last_outcome: ActionOutcome | None = None  # how the last state-changing step ended
    changed: bool = False  # one of its steps has changed something
    look_again: bool = False  # a step has changed something: read telemetry before going on
    after: tuple[Evidence, ...] = ()  # what was read then


@dataclass(frozen=True, kw_only=True)
class Watchfulness:
    """The verification of a fix: from when to when, and what the last look found."""

    since: datetime
    until: datetime
    asked: int = 0  # checks answered so far, all looks together
    looked_at: datetime | None = None
    found: dict[CheckName, CheckOutcome] = field(default_factory=dict)  # the newest answers

    @property
    def failed(self) -> bool:
        """Whether a check says that the fix does not hold."""
        return CheckOutcome.FAILED in self.found.values()

    @property
    def unknown(self) -> bool:
        """Whether a check could not be answered: that never verifies anything."""
        return CheckOutcome.UNKNOWN in self.found.values()

    @property
    def interval(self) -> timedelta:
        """How often it is looked at: five times in the window."""
        return (self.until - self.since) / 5

    @property
    def next_at(self) -> datetime:
        """When to look again."""
        return (self.looked_at or self.since) + self.interval


@dataclass(frozen=True, kw_only=True)
class IncidentState:
    """An incident as its entries tell it."""

    id: str = ""
    root: str = ""  # the incident that it descends from; empty: from none
    phase: Phase = Phase.TRIAGE
    waiting: str = ""  # the kind of answer that is awaited; empty: it is our turn
    server: str = ""
    source_lost: str = ""
    autonomous: bool = True
    alerts: dict[str, tuple[Anomaly, ...]] = field(default_factory=dict)
    quiet: tuple[str, ...] = ()  # fingerprints, or the source, that are over
    opened_at: datetime | None = None
    incident_type: str = ""
    priority: Priority | None = None
    scope: tuple[str, ...] = ()
    asked: int = 0  # pieces of evidence asked for so far
    evidence: tuple[Evidence, ...] = ()
    diagnosis: Diagnosis | None = None
    confidence: Confidence | None = None
    course: Course | None = None
    taken: tuple[Taken, ...] = ()
    round: int = 1
    watch: Watchfulness | None = None
    escalation: Escalation | None = None
    resolution: Resolution | None = None
    post_mortem: str = ""
    written_up: bool = False  # the post-mortem tells how it ends
    overtaken: bool = False  # something was wrong again after the last one was asked for
    closed_at: datetime | None = None

    @property
    def all_quiet(self) -> bool:
        """Whether everything that began it is over."""
        begun = {*self.alerts, *([self.source_lost] if self.source_lost else [])}
        return begun <= set(self.quiet)

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """The anomalies of all its alerts that are not over."""
        live = (found for name, found in self.alerts.items() if name not in self.quiet)
        return tuple(anomaly for found in live for anomaly in found)

    @property
    def symptoms(self) -> tuple[Anomaly, ...]:
        """What it is about: the anomalies that are not over; where all are, those there were."""
        return self.anomalies or tuple(a for found in self.alerts.values() for a in found)

    @property
    def recovery(self) -> Resolution:
        """What to call its end when nothing is left to be done: who gets the credit."""
        done = any(taken.outcome is ActionOutcome.SUCCEEDED for taken in self.taken)
        return Resolution.FIXED if done else Resolution.RECOVERED

    @property
    def wake_at(self) -> datetime | None:
        """A verification wants a look now and then."""
        if self.phase is Phase.VERIFYING and self.watch and not self.waiting:
            return self.watch.next_at
        return None

    @property
    def open(self) -> bool:
        """Until it is closed."""
        return self.phase is not Phase.CLOSED


def evolve(state: IncidentState, entry: Entry) -> IncidentState:  # noqa: C901 a match over a closed union
    """The incident after one more entry. What is closed stays as it is."""
    body = entry.body
    if not state.open:
        return state
    match body:
        case IncidentOpened() | AlertJoined() | AlertQuiet() | SourceBack() | SourceLostAgain():
            return _told(state, body, entry)
        case IncidentTriaged(incident_type=kind, priority=priority, scope=scope):
            return replace(state, incident_type=kind, priority=priority, scope=scope)
        case EvidenceRequested(asked=asked):
            phase = Phase.EVIDENCE if state.phase is Phase.TRIAGE else state.phase
            return replace(
                state, phase=phase, asked=state.asked + len(asked), waiting=EvidenceGathered.kind
            )
        case EvidenceGathered(evidence=evidence):
            return _gathered(state, evidence)
        case InvestigationRequested():
            return replace(state, phase=Phase.DIAGNOSIS, waiting=IncidentDiagnosed.kind)
        case IncidentDiagnosed(diagnosis=diagnosis, confidence=confidence):
            return replace(
                state,
                phase=Phase.DECIDING,
                waiting="",
                diagnosis=diagnosis,
                confidence=confidence,
            )
        case RunbookChosen() | StepStarted() | StepWithdrawn() | StepFinished() | CheckRequested():
            return _acted(state, body)
        case CheckAnswered(purpose=CheckPurpose.VERIFICATION):
            return _watched(state, body, entry.at)
        case CheckAnswered():
            return _checked(state, body, entry.position)
        case VerificationStarted(until=until):
            watch = Watchfulness(since=entry.at, until=until)
            return replace(state, phase=Phase.VERIFYING, watch=watch)
        case DiagnosisReopened(round=number):
            return replace(
                state,
                phase=Phase.TRIAGE,
                round=number,
                diagnosis=None,
                confidence=None,
                course=None,
                watch=None,
                written_up=False,
            )
        case _:
            return _ended(state, entry)


def _told(
    state: IncidentState,
    body: IncidentOpened | AlertJoined | AlertQuiet | SourceBack | SourceLostAgain,
    entry: Entry,
) -> IncidentState:
    match body:
        case IncidentOpened(server=server, source_lost=source, autonomous=autonomous):
            return replace(
                state,
                id=entry.stream.partition("/")[2],
                root=body.root,
                server=server,
                source_lost=source,
                autonomous=autonomous,
                alerts={body.alert: body.anomalies} if body.alert else {},
                opened_at=entry.at,
            )
        case AlertJoined(fingerprint=name, anomalies=anomalies):
            return _disturbed(replace(state, alerts={**state.alerts, name: anomalies}), name)
        case SourceLostAgain(source=name):
            return _disturbed(state, name)
        case AlertQuiet(fingerprint=name) | SourceBack(source=name):
            return replace(state, quiet=(*(q for q in state.quiet if q != name), name))


def _disturbed(state: IncidentState, name: str) -> IncidentState:
    """Something is wrong (again): whatever was concluded from its being quiet holds no more."""
    quiet = tuple(q for q in state.quiet if q != name)
    return replace(state, quiet=quiet, resolution=None, written_up=False, overtaken=True)


def _gathered(state: IncidentState, evidence: tuple[Evidence, ...]) -> IncidentState:
    if state.course is None:
        return replace(state, waiting="", evidence=evidence)
    return replace(
        state, waiting="", course=replace(state.course, after=evidence, look_again=False)
    )


def _acted(
    state: IncidentState,
    body: RunbookChosen | StepStarted | StepWithdrawn | StepFinished | CheckRequested,
) -> IncidentState:
    match body:
        case RunbookChosen(runbook=runbook, runbook_digest=digest, target=target):
            course = Course(
                runbook=runbook, digest=digest, target=target, parameters=body.parameters
            )
            return replace(state, phase=Phase.ACTING, course=course)
        case CheckRequested():
            return replace(state, waiting=CheckAnswered.kind)
        case StepStarted(step=step, action=action):
            under_way = state.course
            taken = Taken(
                id=action,
                runbook=under_way.runbook if under_way else "",
                step=step,
                target=under_way.target if under_way else "",
            )
            return replace(state, taken=(*state.taken, taken), waiting=StepFinished.kind)
        case StepWithdrawn(action=action):
            withdrawn = (replace(t, withdrawn=t.withdrawn or t.id == action) for t in state.taken)
            return replace(state, taken=tuple(withdrawn))
        case StepFinished():
            return _stepped(state, body)


def _stepped(state: IncidentState, body: StepFinished) -> IncidentState:
    taken = tuple(
        replace(t, outcome=body.outcome) if t.id == body.action else t for t in state.taken
    )
    course = state.course
    if course is None:
        return replace(state, taken=taken, waiting="")
    through = body.outcome is ActionOutcome.SUCCEEDED
    course = replace(
        course,
        done=course.done + int(through),
        last_outcome=body.outcome,
        changed=course.changed or through,
        look_again=through,
    )
    return replace(state, taken=taken, waiting="", course=course)


def _checked(state: IncidentState, body: CheckAnswered, position: int) -> IncidentState:
    course = state.course
    if course is None:
        return replace(state, waiting="")
    passed = body.outcome is CheckOutcome.PASSED
    cited = course.cited
    if passed and body.purpose is CheckPurpose.PRECONDITION:
        cited = (*cited, (body.check.value, position))
    course = replace(course, last=body.outcome, done=course.done + int(passed), cited=cited)
    return replace(state, waiting="", course=course)


def _watched(state: IncidentState, body: CheckAnswered, at: datetime) -> IncidentState:
    watch = state.watch
    if watch is None:
        return replace(state, waiting="")
    found = {**watch.found, body.check: body.outcome}
    watch = replace(watch, asked=watch.asked + 1, found=found, looked_at=at)
    return replace(state, waiting="", watch=watch)


def _ended(state: IncidentState, entry: Entry) -> IncidentState:
    match entry.body:
        case IncidentVerified():
            return replace(state, resolution=Resolution.FIXED)
        case IncidentQuiet():
            return replace(state, resolution=Resolution.BY_PERSON)
        case IncidentEscalated(reason=reason):
            return replace(state, phase=Phase.ESCALATED, escalation=reason, waiting="")
        case PostMortemRequested():
            return replace(state, waiting=PostMortemWritten.kind, overtaken=False)
        case PostMortemWritten(text=text):
            told = not state.overtaken
            return replace(state, post_mortem=text, written_up=told, waiting="")
        case IncidentClosed(resolution=resolution):
            return replace(
                state, phase=Phase.CLOSED, resolution=resolution, closed_at=entry.at, waiting=""
            )
        case _:
            return state


INCIDENT_FOLD: Fold[IncidentState] = Fold(
    prefix="incident",
    state=IncidentState,
    initial=lambda _: IncidentState(),
    evolve=evolve,
    version=2,
)
