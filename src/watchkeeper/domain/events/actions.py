"""What is said in ``action/<id>``.

Proposed → judged → (approved) → recorded → minted → spent → finished → closed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Body
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.domain.runbook import CheckName, CheckOutcome
from watchkeeper.domain.speakers import AGENTS, EXECUTORS, PERSONS, THE_AUTHORITY
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.domain.warrant import Warrant


class ActionOutcome(StrEnum):
    """How an action ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNREACHABLE = "unreachable"  # no way in: nothing of it began
    UNKNOWN = "unknown"  # spent, and nobody can say: a person has to look
    REFUSED = "refused"
    DENIED = "denied"  # by a person
    EXPIRED = "expired"  # nobody answered
    WITHDRAWN = "withdrawn"  # over before anybody answered
    NEVER_STARTED = "never_started"  # certainly: it may be proposed again


@dataclass(frozen=True, kw_only=True)
class ActionProposed(Body, kind="action.proposed", said_by=AGENTS):
    """An incident (or a rollout) wants this done.

    ``cited`` are the preconditions that were answered with yes, each with the position of its
    answer;
    ``autonomous`` False: its incident may not be acted on without a person.
    """

    action: Action
    cited: tuple[tuple[str, int], ...] = ()
    autonomous: bool = True


@dataclass(frozen=True, kw_only=True)
class CheckAsked:
    """One question about an item."""

    check: CheckName
    item: str
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckFound:
    """What came of one question. ``text`` is the digest of a blob."""

    asked: CheckAsked
    outcome: CheckOutcome
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ChecksRequested(Body, kind="checks.requested", intent=True, said_by=THE_AUTHORITY):
    """Before it can be judged: what has to be known, and is not known or not any more."""

    asked: tuple[CheckAsked, ...]


@dataclass(frozen=True, kw_only=True)
class ChecksAnswered(Body, kind="checks.answered", said_by=AGENTS):
    """What was found; from here on the action cites this entry for it."""

    found: tuple[CheckFound, ...]


@dataclass(frozen=True, kw_only=True)
class ActionWaits(Body, kind="action.waits", said_by=THE_AUTHORITY):
    """What refuses it will be over by itself: it is judged again then."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class ActionJudged(Body, kind="action.judged", said_by=THE_AUTHORITY):
    """All gates have answered; the strictest wins."""

    ruling: Ruling
    notify: bool
    verdicts: tuple[Verdict, ...]
    minting: bool  # False: at the proposal; True: once more, right before minting


@dataclass(frozen=True, kw_only=True)
class ApprovalRequested(Body, kind="approval.requested", said_by=THE_AUTHORITY):
    """A person is asked, and shown all of it.

    ``needed`` different persons have to say yes, none of them ``barred``. ``shown`` is the state of
    the target that the question is bound to. ``single_person``: nobody else could say yes, so it
    takes a reason and a delay.
    """

    digest: str
    expires_at: datetime
    needed: int = 1
    barred: tuple[str, ...] = ()  # persons who let it come about
    shown: tuple[tuple[str, str], ...] = ()
    single_person: bool = False
    plan: str = ""  # digest of the whole run as rendered


@dataclass(frozen=True, kw_only=True)
class ApprovalGranted(Body, kind="approval.granted", said_by=PERSONS):
    """A person said yes to exactly this digest; ``plan``: and to all steps of this run."""

    digest: str
    plan: str = ""
    reason: str = ""  # digest of a blob
    single_person: bool = False


@dataclass(frozen=True, kw_only=True)
class ApprovalDenied(Body, kind="approval.denied", said_by=PERSONS):
    """A person said no."""

    reason: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class ApprovalDelegated(Body, kind="approval.delegated", said_by=PERSONS):
    """A person hands their answer on, to ``person:bob`` or ``group:dba``; for them it is gone."""

    to: str
    members: tuple[str, ...]  # the persons who may answer now
    reason: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class ActionModified(Body, kind="action.modified", said_by=PERSONS):
    """A person changed values within the runbook's schema: it is judged and asked again."""

    parameters: tuple[tuple[str, tuple[str, ...]], ...]
    reason: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class ApprovalExtended(Body, kind="approval.extended", said_by=THE_AUTHORITY):
    """The clock stood still while the kill switch covered it: the time to answer is longer."""

    expires_at: datetime
    still_seconds: float


@dataclass(frozen=True, kw_only=True)
class ApprovalEscalated(Body, kind="approval.escalated", said_by=THE_AUTHORITY):
    """Nobody answered in time: the next group of the chain is asked, once."""

    group: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApprovalVoided(Body, kind="approval.voided", said_by=THE_AUTHORITY):
    """What was shown of the target has changed since the yes: it is asked again."""

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApprovalCarried(Body, kind="approval.carried", said_by=THE_AUTHORITY):
    """A yes to the whole run covers this step."""

    plan: str
    by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ActionSettled(Body, kind="action.settled", said_by=THE_AUTHORITY):
    """The aftermath was looked at: nothing more follows from this action."""


@dataclass(frozen=True, kw_only=True)
class ApprovalExpired(Body, kind="approval.expired", said_by=THE_AUTHORITY):
    """Nobody answered in time."""


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(Body, kind="approval.withdrawn", said_by=AGENTS):
    """What it was for is over by itself: no person has to answer any more."""


@dataclass(frozen=True, kw_only=True)
class ChangeRequested(Body, kind="change.requested", intent=True, said_by=THE_AUTHORITY):
    """Open the change record before anything is minted."""


@dataclass(frozen=True, kw_only=True)
class ChangeOpened(Body, kind="change.opened", said_by=THE_AUTHORITY):
    """The change record exists."""

    record: str


@dataclass(frozen=True, kw_only=True)
class LaunchRequested(Body, kind="launch.requested", intent=True, said_by=THE_AUTHORITY):
    """Spend the warrant and start the job; after a crash: find it, never start it again.

    ``before`` is the known health of what it touches and of its dependants.
    """

    warrant: Warrant
    signature: str = ""  # of the authority, over the warrant's statement
    before: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class JobFinished(Body, kind="job.finished", said_by=EXECUTORS):
    """The job ended by itself."""

    succeeded: bool
    return_code: int
    changed: int
    failed: int
    unreachable: int
    started_at: datetime
    finished_at: datetime
    output: str  # digest of a blob
    end: JobEnd = JobEnd.UNSAID


@dataclass(frozen=True, kw_only=True)
class JobLost(Body, kind="job.lost", said_by=EXECUTORS):
    """Spent and unknowable: a person has to look. ``reason`` is a digest of a blob."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LaunchRefused(Body, kind="launch.refused", said_by=EXECUTORS):
    """The warrant could not be spent (killed, lapsed, altered): nothing was started."""

    rule: str


@dataclass(frozen=True, kw_only=True)
class ActionClosed(Body, kind="action.closed", said_by=THE_AUTHORITY):
    """Over; the incident has been told."""

    outcome: ActionOutcome


def action_stream(action_id: str) -> str:
    """Where an action is told."""
    return f"action/{action_id}"
