"""An action's course: what follows from where it stands.

Pure; judged when proposed, approved and minted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Said, Tell
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionJudged,
    ActionOutcome,
    ActionWaits,
    ApprovalExpired,
    ApprovalRequested,
    ChangeRequested,
    ChecksRequested,
    LaunchRequested,
)
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
)
from watchkeeper.domain.events.changes import ChangeOutcome, ChangeRecordClosed, change_stream
from watchkeeper.domain.events.incidents import StepFinished, incident_stream
from watchkeeper.domain.verdict import Ruling
from watchkeeper.domain.warrant import Warrant
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.governance.context import Context
from watchkeeper.governance.judging import may_go, strictest, walked, worth_waiting
from watchkeeper.governance.limits import (
    BUSY_FIRST_WAIT,
    BUSY_LONGEST_WAIT,
    MOST_QUESTIONS,
    MOST_WAITS,
    WARRANT_LIFE,
    Times,
)
from watchkeeper.governance.questions import questions


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the course of an action looks at: the gates' context, and what minting needs."""

    context: Context
    executor: str
    times: Times


_SETTLED = {
    ActionOutcome.SUCCEEDED: WarrantOutcome.SUCCEEDED,
    ActionOutcome.FAILED: WarrantOutcome.FAILED,
    ActionOutcome.UNKNOWN: WarrantOutcome.UNKNOWN,
    ActionOutcome.NEVER_STARTED: WarrantOutcome.NEVER_STARTED,
}


def decide(state: ActionState, seen: Seen, now: datetime) -> Sequence[Said]:
    """What to say next; nothing while somebody else's answer is awaited."""
    action = state.action
    if action is None or state.questioning:
        return ()
    match state.phase:
        case ActionPhase.PROPOSED | ActionPhase.APPROVED | ActionPhase.RECORDED:
            return _asked_first(state, action, seen) or _walked(state, action, seen, now)
        case ActionPhase.WAITING:
            return _waited(state, action, seen, now)
        case ActionPhase.AWAITING_APPROVAL if state.withdrawn:
            return _closed(state, action, ActionOutcome.WITHDRAWN)
        case ActionPhase.AWAITING_APPROVAL if state.expires_at and now >= state.expires_at:
            return (ApprovalExpired(), *_closed(state, action, ActionOutcome.EXPIRED))
        case ActionPhase.DENIED:
            return _closed(state, action, ActionOutcome.DENIED)
        case ActionPhase.ENDED if state.outcome:
            return _closed(state, action, state.outcome)
        case _:
            return ()


def _asked_first(state: ActionState, action: Action, seen: Seen) -> Sequence[Said]:
    """What the gates need to know and nobody has looked at lately; bounded, not for ever."""
    asked = questions(action, seen.context)
    if not asked or state.questioned >= MOST_QUESTIONS:
        return ()
    return (ChecksRequested(asked=asked),)


def _walked(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """Through the gates: for the record first, and with its record open, for the warrant."""
    recorded = state.phase is ActionPhase.RECORDED
    waited_since = state.phase is ActionPhase.WAITING and bool(state.change_record)
    judge = _minted if recorded or waited_since else _judged
    return judge(state, action, seen, now)


def _waited(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """What was in its way may be over; what it is for may be, too."""
    if state.withdrawn:
        return _closed(state, action, ActionOutcome.WITHDRAWN)
    if state.waits_until and now < state.waits_until:
        return ()
    return _asked_first(state, action, seen) or _walked(state, action, seen, now)


def _refused(
    state: ActionState, action: Action, judged: ActionJudged, now: datetime
) -> Sequence[Said]:
    """Closed; or, when all that refuses is over soon, left waiting for that: so often, no more."""
    if worth_waiting(judged.verdicts) and state.waits < MOST_WAITS and not state.withdrawn:
        pause = min(BUSY_FIRST_WAIT * 2**state.waits, BUSY_LONGEST_WAIT)
        return (judged, ActionWaits(until=now + pause))
    return (judged, *_closed(state, action, ActionOutcome.REFUSED))


def _judged(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    context = replace(seen.context, approved=bool(state.approved_by), minting=False)
    verdicts = walked(action, context)
    verdict = strictest(verdicts)
    judged = ActionJudged(
        ruling=verdict.ruling, notify=verdict.notify, verdicts=verdicts, minting=False
    )
    if may_go(verdict, context):
        return (judged, ChangeRequested())
    if verdict.ruling is Ruling.NEEDS_PERSON:
        return (judged, *_asked(state, action, seen, now))
    return _refused(state, action, judged, now)


def _minted(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """Judged once more on what is true now.

    Then drawn from the budgets at the revision that was seen.
    """
    context = replace(
        seen.context,
        approved=bool(state.approved_by),
        minting=True,
        change_record=state.change_record,
    )
    verdicts = walked(action, context)
    verdict = strictest(verdicts)
    judged = ActionJudged(
        ruling=verdict.ruling, notify=verdict.notify, verdicts=verdicts, minting=True
    )
    if verdict.ruling is Ruling.NEEDS_PERSON and not context.approved:
        return (judged, *_asked(state, action, seen, now))
    if not may_go(verdict, context):
        return _refused(state, action, judged, now)
    warrant = Warrant(
        id=f"{action.id}-w",
        action=action.id,
        incident=action.incident,
        runbook=action.runbook,
        step=action.step,
        target=action.target,
        server=action.server,
        template=action.template,
        template_digest=action.template_digest,
        parameters_digest=action.parameters_digest,
        executor=seen.executor,
        kill_epoch=context.authority.kill_epoch,
        start_before=now + WARRANT_LIFE,
    )
    minted = WarrantMinted(
        warrant=warrant,
        server_class=action.server_class,
        autonomous=not state.approved_by,
        unproven=not state.approved_by,
    )
    return (
        judged,
        Tell(stream=AUTHORITY, body=minted, expected=context.authority.revision),
        LaunchRequested(warrant=warrant),
    )


def _asked(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """Ask a person, unless what it is for has become quiet meanwhile."""
    if state.withdrawn:
        return _closed(state, action, ActionOutcome.WITHDRAWN)
    expires_at = now + seen.times.approval
    return (ApprovalRequested(digest=action.digest, expires_at=expires_at),)


def _closed(state: ActionState, action: Action, outcome: ActionOutcome) -> Sequence[Said]:
    """Settle the warrant, close the change record, tell the incident."""
    said: list[Said] = [ActionClosed(outcome=outcome)]
    if state.warrant and outcome in _SETTLED:
        settled = WarrantSettled(warrant=state.warrant.id, outcome=_SETTLED[outcome])
        said.append(Tell(stream=AUTHORITY, body=settled))
    if state.change_record:
        closed = ChangeRecordClosed(outcome=_change_outcome(outcome))
        said.append(Tell(stream=change_stream(state.change_record), body=closed))
    finished = StepFinished(step=action.step, action=action.id, outcome=outcome)
    said.append(Tell(stream=incident_stream(action.incident), body=finished))
    return tuple(said)


def _change_outcome(outcome: ActionOutcome) -> ChangeOutcome:
    match outcome:
        case ActionOutcome.SUCCEEDED:
            return ChangeOutcome.SUCCESSFUL
        case ActionOutcome.FAILED | ActionOutcome.UNKNOWN:
            return ChangeOutcome.UNSUCCESSFUL
        case _:
            return ChangeOutcome.CANCELLED
