"""How an action's entries add up."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import ActorKind, Entry, Fold
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionJudged,
    ActionOutcome,
    ActionProposed,
    ActionWaits,
    ApprovalDenied,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalWithdrawn,
    ChangeOpened,
    ChangeRequested,
    ChecksAnswered,
    ChecksRequested,
    JobFinished,
    JobLost,
    LaunchRefused,
    LaunchRequested,
)
from watchkeeper.domain.verdict import Verdict
from watchkeeper.domain.warrant import Warrant


class ActionPhase(StrEnum):
    """Where an action stands."""

    PROPOSED = "proposed"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    DENIED = "denied"
    WAITING = "waiting"  # for what is over soon by itself
    RECORDING = "recording"  # the change record is being opened
    RECORDED = "recorded"
    LAUNCHED = "launched"  # minted; being spent, running, or being looked for
    ENDED = "ended"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class ActionState:
    """An action as its entries tell it."""

    phase: ActionPhase = ActionPhase.PROPOSED
    action: Action | None = None
    cited: tuple[tuple[str, int], ...] = ()
    autonomous: bool = True
    proposed_at: datetime | None = None
    verdicts: tuple[Verdict, ...] = ()  # the last walk of the gates
    expires_at: datetime | None = None
    approved_by: str = ""
    withdrawn: bool = False  # no person has to be asked any more
    questioned: int = 0  # times that its checks were asked (again)
    questioning: bool = False  # an answer to that is awaited
    waits: int = 0
    waits_until: datetime | None = None
    change_record: str = ""
    warrant: Warrant | None = None
    outcome: ActionOutcome | None = None

    @property
    def wake_at(self) -> datetime | None:
        """An approval expires; a wait ends."""
        if self.phase is ActionPhase.WAITING:
            return self.waits_until
        return self.expires_at if self.phase is ActionPhase.AWAITING_APPROVAL else None

    @property
    def open(self) -> bool:
        """Until it is closed."""
        return self.phase is not ActionPhase.CLOSED

    @property
    def asks(self) -> bool:
        """Whether a person's answer is wanted: asked for, and not taken back."""
        return self.phase is ActionPhase.AWAITING_APPROVAL and not self.withdrawn


def evolve(state: ActionState, entry: Entry) -> ActionState:  # noqa: C901 a match over a closed union
    """The action after one more entry. What does not fit where it stands changes nothing."""
    if not state.open:
        return state
    match entry.body:
        case ActionProposed(action=action, cited=cited, autonomous=autonomous):
            return replace(
                state, action=action, cited=cited, autonomous=autonomous, proposed_at=entry.at
            )
        case ActionJudged(verdicts=verdicts):
            return replace(state, verdicts=verdicts)
        case ChecksRequested() | ChecksAnswered() | ActionWaits():
            return _looked(state, entry.body, entry.position)
        case ApprovalRequested(expires_at=expires_at):
            return replace(state, phase=ActionPhase.AWAITING_APPROVAL, expires_at=expires_at)
        case ApprovalGranted(digest=digest) if _answers(state, entry) and _says(state, digest):
            return replace(state, phase=ActionPhase.APPROVED, approved_by=str(entry.actor))
        case ApprovalDenied() if _answers(state, entry):
            return replace(state, phase=ActionPhase.DENIED, outcome=ActionOutcome.DENIED)
        case ApprovalWithdrawn():
            return replace(state, withdrawn=True)
        case ChangeRequested():
            return replace(state, phase=ActionPhase.RECORDING)
        case ChangeOpened(record=record) if state.phase is ActionPhase.RECORDING:
            return replace(state, phase=ActionPhase.RECORDED, change_record=record)
        case LaunchRequested(warrant=warrant):
            return replace(state, phase=ActionPhase.LAUNCHED, warrant=warrant)
        case JobFinished() | JobLost() | LaunchRefused() if state.phase is ActionPhase.LAUNCHED:
            return replace(state, phase=ActionPhase.ENDED, outcome=_outcome(entry.body))
        case ActionClosed(outcome=outcome):
            return replace(state, phase=ActionPhase.CLOSED, outcome=outcome)
        case _:
            return state


def _looked(
    state: ActionState, body: ChecksRequested | ChecksAnswered | ActionWaits, position: int
) -> ActionState:
    """What was asked for the gates, found for them, or is waited for."""
    match body:
        case ChecksRequested():
            return replace(state, questioned=state.questioned + 1, questioning=True)
        case ChecksAnswered(found=found):
            names = {each.asked.check.value for each in found}
            kept = (one for one in state.cited if one[0] not in names)
            cited = (*kept, *((name, position) for name in sorted(names)))
            return replace(state, cited=cited, questioning=False)
        case ActionWaits(until=until):
            waits = state.waits + 1
            return replace(state, phase=ActionPhase.WAITING, waits=waits, waits_until=until)


def _answers(state: ActionState, entry: Entry) -> bool:
    """Whether this is a person's answer, given while it was asked for and in time."""
    asked = state.asks
    in_time = state.expires_at is None or entry.at < state.expires_at
    return asked and in_time and entry.actor.kind is ActorKind.PERSON


def _says(state: ActionState, digest: str) -> bool:
    """Whether the digest is the one that would run."""
    return state.action is not None and state.action.digest == digest


def _outcome(body: JobFinished | JobLost | LaunchRefused) -> ActionOutcome:
    match body:
        case JobFinished(succeeded=succeeded):
            return ActionOutcome.SUCCEEDED if succeeded else ActionOutcome.FAILED
        case JobLost():
            return ActionOutcome.UNKNOWN
        case LaunchRefused():
            return ActionOutcome.NEVER_STARTED


ACTION_FOLD: Fold[ActionState] = Fold(
    prefix="action",
    state=ActionState,
    initial=lambda _: ActionState(),
    evolve=evolve,
    version=2,
)
