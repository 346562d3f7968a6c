"""An action's course: what follows from where it stands.

Pure; judged when proposed, approved and minted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Body, Said, Tell, actor
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionJudged,
    ActionOutcome,
    ActionSettled,
    ActionWaits,
    ApprovalCarried,
    ApprovalEscalated,
    ApprovalExpired,
    ApprovalExtended,
    ApprovalRequested,
    ApprovalVoided,
    ChangeRequested,
    ChecksRequested,
    LaunchRequested,
)
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    ActionAftermath,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
)
from watchkeeper.domain.events.changes import ChangeOutcome, ChangeRecordClosed, change_stream
from watchkeeper.domain.events.incidents import StepFinished, incident_stream
from watchkeeper.domain.verdict import Ruling
from watchkeeper.domain.warrant import Warrant
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.governance.aftermath import Healths, around
from watchkeeper.governance.approval import (
    ApprovalRules,
    differing,
    plan_digest,
    question,
    shown,
)
from watchkeeper.governance.breaker_news import opened_by
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
    surroundings: str = ""  # digest of all that the executor brings along
    times: Times
    sign: Callable[[str], str]  # the authority's signature over a statement
    rules: ApprovalRules = field(default_factory=ApprovalRules)


HOP = timedelta(minutes=1)  # while the clock stands still, the time is looked at this often

_SETTLED = {
    ActionOutcome.SUCCEEDED: WarrantOutcome.SUCCEEDED,
    ActionOutcome.FAILED: WarrantOutcome.FAILED,
    ActionOutcome.UNREACHABLE: WarrantOutcome.FAILED,
    ActionOutcome.UNKNOWN: WarrantOutcome.UNKNOWN,
    ActionOutcome.NEVER_STARTED: WarrantOutcome.NEVER_STARTED,
}


def decide(state: ActionState, seen: Seen, now: datetime) -> Sequence[Said]:  # noqa: C901 a match over the phases
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
            return _closed(state, action, ActionOutcome.WITHDRAWN, seen, now)
        case ActionPhase.AWAITING_APPROVAL if state.expires_at and now >= state.expires_at:
            return _lapsed(state, action, seen, now)
        case ActionPhase.DENIED:
            return _closed(state, action, ActionOutcome.DENIED, seen, now)
        case ActionPhase.ENDED if state.outcome:
            return _closed(state, action, state.outcome, seen, now)
        case ActionPhase.CLOSED if state.settles_at and now >= state.settles_at:
            return _settled(state, action, seen, now)
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
        return _closed(state, action, ActionOutcome.WITHDRAWN, seen, now)
    if state.waits_until and now < state.waits_until:
        return ()
    return _asked_first(state, action, seen) or _walked(state, action, seen, now)


def _refused(
    state: ActionState, action: Action, judged: ActionJudged, seen: Seen, now: datetime
) -> Sequence[Said]:
    """Closed; or, when all that refuses is over soon, left waiting for that: so often, no more."""
    if worth_waiting(judged.verdicts) and state.waits < MOST_WAITS and not state.withdrawn:
        pause = min(BUSY_FIRST_WAIT * 2**state.waits, BUSY_LONGEST_WAIT)
        return (judged, ActionWaits(until=now + pause))
    return (judged, *_closed(state, action, ActionOutcome.REFUSED, seen, now))


def _judged(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """All gates, on what is true now. A yes counts only for the state that it was shown."""
    changed = _changed(state, action, seen)
    approved = bool(state.approved_by) and not changed
    context = replace(seen.context, approved=approved, minting=False)
    verdicts = walked(action, context)
    verdict = strictest(verdicts)
    judged = ActionJudged(
        ruling=verdict.ruling, notify=verdict.notify, verdicts=verdicts, minting=False
    )
    if may_go(verdict, context):
        return (judged, *_again(changed), ChangeRequested())
    if verdict.ruling is not Ruling.NEEDS_PERSON:
        return _refused(state, action, judged, seen, now)
    covered = None if changed else _covered(state, action, seen)
    if covered is not None:
        return (judged, covered, ChangeRequested())
    return (judged, *_again(changed), *_asked(state, action, seen, now))


def _changed(state: ActionState, action: Action, seen: Seen) -> tuple[str, ...]:
    """What of the target is not as it was shown to whoever said yes."""
    return differing(state.asking.shown, shown(action, seen.context)) if state.approved_by else ()


def _again(changed: tuple[str, ...]) -> Sequence[Said]:
    return (ApprovalVoided(changed=changed),) if changed else ()


def _covered(state: ActionState, action: Action, seen: Seen) -> ApprovalCarried | None:
    """The yes to the whole run, where it covers this step as it would run."""
    plan, context = plan_digest(action), seen.context
    yes = context.authority.plans.get(plan)
    asked = question(action, context, seen.rules, state.authors)
    if yes is None or yes.until <= context.now or asked.single_person or state.withdrawn:
        return None
    by = tuple(name for name in yes.by if actor(name).name not in asked.barred)
    return ApprovalCarried(plan=plan, by=by) if len(by) >= asked.needed else None


def _lapsed(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """The time is over, unless it stood still, or somebody else can be asked."""
    asking, context, chain = state.asking, seen.context, seen.rules.escalation
    since = asking.counted_from or now
    still = context.authority.kill.stood_still(action, since, now)
    holding = context.authority.kill.holding(action) is not None or context.page_engaged
    if still or holding:
        until = (asking.expires_at or now) + still
        until = max(until, now + HOP) if holding else until
        return (ApprovalExtended(expires_at=until, still_seconds=still.total_seconds()),)
    if asking.link < len(chain):
        until = now + seen.times.approval
        return (ApprovalEscalated(group=chain[asking.link], expires_at=until),)
    return (ApprovalExpired(), *_closed(state, action, ActionOutcome.EXPIRED, seen, now))


def _minted(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """Judged once more on what is true now.

    Then drawn from the budgets at the revision that was seen.
    """
    changed = _changed(state, action, seen)
    context = replace(
        seen.context,
        approved=bool(state.approved_by) and not changed,
        minting=True,
        change_record=state.change_record,
    )
    verdicts = walked(action, context)
    verdict = strictest(verdicts)
    judged = ActionJudged(
        ruling=verdict.ruling, notify=verdict.notify, verdicts=verdicts, minting=True
    )
    if verdict.ruling is Ruling.NEEDS_PERSON and not context.approved:
        return (judged, *_again(changed), *_asked(state, action, seen, now))
    if not may_go(verdict, context):
        return _refused(state, action, judged, seen, now)
    return (judged, *_again(changed), *_drawn(action, replace(seen, context=context), now))


def _drawn(action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """The warrant, drawn from the budgets at the revision that was seen.

    What no person's yes covers any more is autonomous, though it was asked about once.
    """
    context = seen.context
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
        inventory_digest=action.inventory_digest,
        surroundings_digest=seen.surroundings,
    )
    signature = seen.sign(warrant.statement)
    minted = WarrantMinted(
        warrant=warrant,
        signature=signature,
        server_class=action.server_class,
        autonomous=not context.approved,
        root=action.root,
        unproven=not context.approved,
    )
    return (
        Tell(stream=AUTHORITY, body=minted, expected=context.authority.revision),
        LaunchRequested(warrant=warrant, signature=signature, before=_around(action, context)),
    )


def _asked(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """Ask a person, unless what it is for has become quiet meanwhile."""
    if state.withdrawn:
        return _closed(state, action, ActionOutcome.WITHDRAWN, seen, now)
    asked = question(action, seen.context, seen.rules, state.authors)
    return (
        ApprovalRequested(
            digest=action.digest,
            expires_at=now + seen.times.approval,
            needed=asked.needed,
            barred=asked.barred,
            shown=shown(action, seen.context),
            single_person=asked.single_person,
            plan=plan_digest(action),
        ),
    )


def _closed(
    state: ActionState, action: Action, outcome: ActionOutcome, seen: Seen, now: datetime
) -> Sequence[Said]:
    """Settle the warrant, close the change record, tell the incident."""
    said: list[Said] = [ActionClosed(outcome=outcome)]
    if state.warrant and outcome in _SETTLED:
        settled = WarrantSettled(warrant=state.warrant.id, outcome=_SETTLED[outcome])
        said += _told(settled, action, seen, now)
    if state.change_record:
        closed = ChangeRecordClosed(outcome=_change_outcome(outcome))
        said.append(Tell(stream=change_stream(state.change_record), body=closed))
    finished = StepFinished(step=action.step, action=action.id, outcome=outcome)
    said.append(Tell(stream=incident_stream(action.incident), body=finished))
    return tuple(said)


def _settled(state: ActionState, action: Action, seen: Seen, now: datetime) -> Sequence[Said]:
    """What came after it, told to the breakers."""
    warrant = state.warrant.id if state.warrant else ""
    after = _around(action, seen.context)
    aftermath = ActionAftermath(warrant=warrant, before=state.before, after=after)
    return (*_told(aftermath, action, seen, now), ActionSettled())


def _around(action: Action, context: Context) -> Healths:
    return around(action.target, context.estate, context.health)


def _told(body: Body, action: Action, seen: Seen, now: datetime) -> list[Said]:
    """Say it to the authority; and where that opens a breaker, say so for everybody to see."""
    opened = opened_by(body, action, seen.context.authority, now)
    return [Tell(stream=AUTHORITY, body=each) for each in (body, *opened)]


def _change_outcome(outcome: ActionOutcome) -> ChangeOutcome:
    match outcome:
        case ActionOutcome.SUCCEEDED:
            return ChangeOutcome.SUCCESSFUL
        case ActionOutcome.FAILED | ActionOutcome.UNREACHABLE | ActionOutcome.UNKNOWN:
            return ChangeOutcome.UNSUCCESSFUL
        case _:
            return ChangeOutcome.CANCELLED
