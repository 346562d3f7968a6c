"""What is said in ``incident/<id>``, from the first alert to the post-mortem."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.diagnosis import Confidence, Diagnosis
from watchkeeper.domain.entry import Body
from watchkeeper.domain.events.actions import ActionOutcome
from watchkeeper.domain.evidence import Asked, Evidence
from watchkeeper.domain.runbook import CheckName
from watchkeeper.domain.runbook import CheckOutcome as CheckOutcome
from watchkeeper.domain.severity import Priority
from watchkeeper.domain.speakers import AGENTS, THE_AUTHORITY


class Resolution(StrEnum):
    """Why an incident was closed."""

    FIXED = "fixed"  # a runbook ran and the fix was verified
    RECOVERED = "recovered"  # over before anything was done
    BY_PERSON = "by_person"


class Escalation(StrEnum):
    """Why a person has to take over."""

    NO_CAUSE = "no_cause_found"
    NO_RUNBOOK = "no_runbook"
    SOURCE_LOST = "source_lost"
    PRECONDITION_FAILED = "precondition_failed"
    REFUSED = "refused_by_a_gate"
    DENIED = "denied_by_a_person"
    EXPIRED = "nobody_approved"
    STEP_FAILED = "step_failed"
    STEP_UNREACHABLE = "server_unreachable"
    STEP_SURPRISED = "step_broke_something_else"
    STEP_UNKNOWN = "step_outcome_unknown"
    NOT_VERIFIED = "not_verified"
    CHECK_UNKNOWN = "check_unanswered"


class CheckPurpose(StrEnum):
    """Why a check is asked."""

    PRECONDITION = "precondition"
    STEP = "step"
    VERIFICATION = "verification"


@dataclass(frozen=True, kw_only=True)
class IncidentOpened(Body, kind="incident.opened", said_by=AGENTS):
    """Something is wrong.

    ``autonomous`` False: whatever is found, nothing may be done without a person.
    """

    server: str
    alert: str  # fingerprint; empty where a source was lost
    anomalies: tuple[Anomaly, ...]
    source_lost: str = ""  # the lost source, where that is what happened
    autonomous: bool = True
    root: str = ""  # the incident that it descends from, whose action budget it shares


@dataclass(frozen=True, kw_only=True)
class AlertJoined(Body, kind="incident.alert_joined", said_by=AGENTS):
    """Another alert belongs to this incident, or one of its alerts now says something else."""

    fingerprint: str
    anomalies: tuple[Anomaly, ...]


@dataclass(frozen=True, kw_only=True)
class AlertQuiet(Body, kind="incident.alert_quiet", said_by=AGENTS):
    """One of its alerts is resolved."""

    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class SourceBack(Body, kind="incident.source_back", said_by=AGENTS):
    """The lost source answers again."""

    source: str


@dataclass(frozen=True, kw_only=True)
class SourceLostAgain(Body, kind="incident.source_lost_again", said_by=AGENTS):
    """The source that had come back is lost once more, before the incident was over."""

    source: str


@dataclass(frozen=True, kw_only=True)
class IncidentTriaged(Body, kind="incident.triaged", said_by=AGENTS):
    """First look: what kind, how bad, who is in scope (items whose state could matter)."""

    incident_type: str
    priority: Priority
    scope: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EvidenceRequested(Body, kind="evidence.requested", intent=True, said_by=AGENTS):
    """Ask all of this, concurrently, each with its own time limit."""

    asked: tuple[Asked, ...]


@dataclass(frozen=True, kw_only=True)
class EvidenceGathered(Body, kind="evidence.gathered", said_by=AGENTS):
    """What came back, unavailable sources included."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class InvestigationRequested(Body, kind="investigation.requested", intent=True, said_by=AGENTS):
    """Find the cause in the evidence."""


@dataclass(frozen=True, kw_only=True)
class IncidentDiagnosed(Body, kind="incident.diagnosed", said_by=AGENTS):
    """The reasoner's answer and what it is worth."""

    diagnosis: Diagnosis
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class RunbookChosen(Body, kind="runbook.chosen", said_by=AGENTS):
    """What will be tried: a runbook on a target with parameters computed from the estate."""

    runbook: str
    runbook_digest: str
    target: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class CheckRequested(Body, kind="check.requested", intent=True, said_by=AGENTS):
    """Ask a built-in check about the target.

    Keep asking for ``retry_seconds`` before a failure counts.
    """

    purpose: CheckPurpose
    check: CheckName
    item: str
    part: str = ""
    step: str = ""
    retry_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class CheckAnswered(Body, kind="check.answered", said_by=AGENTS):
    """What the check found about the item."""

    purpose: CheckPurpose
    check: CheckName
    outcome: CheckOutcome
    item: str = ""
    part: str = ""
    step: str = ""
    text: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class StepStarted(Body, kind="step.started", said_by=AGENTS):
    """A state-changing step: from here on the action's own stream tells."""

    step: str
    action: str


@dataclass(frozen=True, kw_only=True)
class StepWithdrawn(Body, kind="step.withdrawn", said_by=AGENTS):
    """Everything is quiet: if a person is still being asked about the step, nobody has to be."""

    step: str
    action: str


@dataclass(frozen=True, kw_only=True)
class StepFinished(Body, kind="step.finished", said_by=THE_AUTHORITY):
    """The action is closed."""

    step: str
    action: str
    outcome: ActionOutcome


@dataclass(frozen=True, kw_only=True)
class VerificationStarted(Body, kind="verification.started", said_by=AGENTS):
    """The fix is in; now it has to hold until then."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class IncidentVerified(Body, kind="incident.verified", said_by=AGENTS):
    """It held: every check passed and every alert is quiet."""


@dataclass(frozen=True, kw_only=True)
class DiagnosisReopened(Body, kind="diagnosis.reopened", said_by=AGENTS):
    """The first cause is mended and something is still wrong: look again."""

    round: int


@dataclass(frozen=True, kw_only=True)
class IncidentEscalated(Body, kind="incident.escalated", said_by=AGENTS):
    """A person has to take over; nothing more is done."""

    reason: Escalation
    step: str = ""
    text: str = ""  # digest of a blob with the details


@dataclass(frozen=True, kw_only=True)
class IncidentQuiet(Body, kind="incident.quiet", said_by=AGENTS):
    """Handed to a person, and now everything that began it is over."""


@dataclass(frozen=True, kw_only=True)
class PostMortemRequested(Body, kind="post_mortem.requested", intent=True, said_by=AGENTS):
    """Write it up from the journal."""


@dataclass(frozen=True, kw_only=True)
class PostMortemWritten(Body, kind="post_mortem.written", said_by=AGENTS):
    """The write-up, as Markdown in a blob."""

    text: str


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(Body, kind="incident.closed", said_by=AGENTS):
    """Over."""

    resolution: Resolution


def incident_stream(incident_id: str) -> str:
    """Where an incident is told."""
    return f"incident/{incident_id}"
