"""How an action's entries add up."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionJudged,
    ActionModified,
    ActionOutcome,
    ActionProposed,
    ActionSettled,
    ActionWaits,
    ApprovalCarried,
    ApprovalDelegated,
    ApprovalDenied,
    ApprovalEscalated,
    ApprovalExtended,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalVoided,
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
from watchkeeper.domain.job_end import UNTOUCHED
from watchkeeper.domain.verdict import Verdict
from watchkeeper.domain.warrant import Warrant
from watchkeeper.governance.asking import Asking
from watchkeeper.governance.limits import AFTERMATH_AFTER


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
    asking: Asking = field(default_factory=Asking)
    authors: tuple[str, ...] = ()  # persons who changed what would run
    withdrawn: bool = False  # no person has to be asked any more
    questioned: int = 0  # times that its checks were asked (again)
    questioning: bool = False  # an answer to that is awaited
    waits: int = 0
    waits_until: datetime | None = None
    change_record: str = ""
    warrant: Warrant | None = None
    outcome: ActionOutcome | None = None
    before: tuple[tuple[str, str], ...] = ()  # health around it, right before it began
    settles_at: datetime | None = None  # closed, and its surroundings still to be looked at

    @property
    def wake_at(self) -> datetime | None:
        """An approval expires; a wait ends; after the end its surroundings are looked at."""
        if self.phase is ActionPhase.WAITING:
            return self.waits_until
        if self.phase is ActionPhase.AWAITING_APPROVAL:
            return self.asking.expires_at
        return self.settles_at

    @property
    def open(self) -> bool:
        """Until it is closed, and what came after it is known."""
        return self.phase is not ActionPhase.CLOSED or self.settles_at is not None

    @property
    def expires_at(self) -> datetime | None:
        """When the time to answer is over."""
        return self.asking.expires_at

    @property
    def approved_by(self) -> str:
        """Everybody whose yes let it go; empty: nobody was needed, or not enough yet."""
        return ", ".join(self.asking.yes) if self.asking.enough else ""

    @property
    def asks(self) -> bool:
        """Whether a person's answer is wanted: asked for, and not taken back."""
        return self.phase is ActionPhase.AWAITING_APPROVAL and not self.withdrawn


def evolve(state: ActionState, entry: Entry) -> ActionState:  # noqa: C901 a match over a closed union
    """The action after one more entry. What does not fit where it stands changes nothing."""
    if state.phase is ActionPhase.CLOSED:
        settled = isinstance(entry.body, ActionSettled)
        return replace(state, settles_at=None) if settled else state
    match entry.body:
        case ActionProposed(action=action, cited=cited, autonomous=autonomous):
            return replace(
                state, action=action, cited=cited, autonomous=autonomous, proposed_at=entry.at
            )
        case ActionJudged(verdicts=verdicts):
            return replace(state, verdicts=verdicts)
        case ChecksRequested() | ChecksAnswered() | ActionWaits():
            return _looked(state, entry.body, entry.position)
        case ApprovalRequested() as said:
            asking = state.asking.asked(said, entry.at)
            return replace(state, phase=ActionPhase.AWAITING_APPROVAL, asking=asking)
        case ApprovalWithdrawn():
            return replace(state, withdrawn=True)
        case ApprovalVoided():
            return replace(state, asking=state.asking.voided())
        case ApprovalCarried(by=by):
            return replace(state, asking=state.asking.carried(by))
        case ChangeRequested():
            return replace(state, phase=ActionPhase.RECORDING)
        case ChangeOpened(record=record) if state.phase is ActionPhase.RECORDING:
            return replace(state, phase=ActionPhase.RECORDED, change_record=record)
        case LaunchRequested(warrant=warrant, before=before):
            return replace(state, phase=ActionPhase.LAUNCHED, warrant=warrant, before=before)
        case JobFinished() | JobLost() | LaunchRefused() if state.phase is ActionPhase.LAUNCHED:
            return replace(state, phase=ActionPhase.ENDED, outcome=_outcome(entry.body))
        case ActionClosed() as said:
            return _closed(state, said, entry.at)
        case _:
            return _answered(state, entry) if state.asks else state


def _answered(state: ActionState, entry: Entry) -> ActionState:
    """While it asks: what persons say to it, and how the time to answer moves."""
    asking = state.asking
    match entry.body:
        case ApprovalExtended(expires_at=until) | ApprovalEscalated(expires_at=until) as said:
            group = said.group if isinstance(said, ApprovalEscalated) else ""
            return replace(state, asking=asking.longer(until, entry.at, group))
        case ApprovalDenied() if asking.in_time(entry):
            return replace(state, phase=ActionPhase.DENIED, outcome=ActionOutcome.DENIED)
        case _ if not asking.in_time(entry) or not asking.may(entry.actor.name):
            return state
        case ApprovalGranted() as said if _says(state, said.digest):
            counted = asking.agreed(said, entry)
            phase = ActionPhase.APPROVED if counted.enough else state.phase
            return replace(state, asking=counted, phase=phase)
        case ApprovalDelegated(members=members):
            return replace(state, asking=asking.delegated(entry.actor.name, members))
        case ActionModified() as said:
            return _modified(state, said, entry)
        case _:
            return state


def _modified(state: ActionState, said: ActionModified, entry: Entry) -> ActionState:
    """Other values: another digest, judged again from the beginning."""
    if state.action is None:
        return state
    return replace(
        state,
        phase=ActionPhase.PROPOSED,
        action=replace(state.action, parameters=said.parameters),
        authors=(*state.authors, str(entry.actor)),
        asking=Asking(link=state.asking.link),
    )


def _closed(state: ActionState, said: ActionClosed, at: datetime) -> ActionState:
    """Over; what ran, and had a known health around it, is looked at once more."""
    ran = said.outcome in (ActionOutcome.SUCCEEDED, ActionOutcome.FAILED, ActionOutcome.UNKNOWN)
    settles_at = at + AFTERMATH_AFTER if ran and state.before else None
    return replace(state, phase=ActionPhase.CLOSED, outcome=said.outcome, settles_at=settles_at)


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


def _says(state: ActionState, digest: str) -> bool:
    """Whether the digest is the one that would run."""
    return state.action is not None and state.action.digest == digest


def _outcome(body: JobFinished | JobLost | LaunchRefused) -> ActionOutcome:
    match body:
        case JobFinished(succeeded=True):
            return ActionOutcome.SUCCEEDED
        case JobFinished(end=end, changed=0) if end in UNTOUCHED:
            return ActionOutcome.UNREACHABLE
        case JobFinished():
            return ActionOutcome.FAILED
        case JobLost():
            return ActionOutcome.UNKNOWN
        case LaunchRefused():
            return ActionOutcome.NEVER_STARTED


ACTION_FOLD: Fold[ActionState] = Fold(
    prefix="action",
    state=ActionState,
    initial=lambda _: ActionState(),
    evolve=evolve,
    version=3,
)
