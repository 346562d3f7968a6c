"""A person's yes or no to an action that asks."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.action import Action
from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.actions import ApprovalDenied, ApprovalGranted, action_stream
from watchkeeper.domain.events.authority import AUTHORITY, PlanApproved
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.governance.people import Role
from watchkeeper.orchestration.orders.desk import TRIES, Desk, digest_of
from watchkeeper.orchestration.orders.refusal import (
    AloneMustWait,
    AloneNeedsReason,
    AnsweredAlready,
    AnswersForItself,
    ApprovalLapsed,
    DigestChanged,
    KeepsMoving,
    NothingToApprove,
    RoleMissing,
    StandsStill,
    UnknownAction,
)
from watchkeeper.ports.errors import StaleRevision


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A person's answer to an action that asked. ``wanting``: so many more have to say yes."""

    action: str
    incident: str
    runbook: str
    step: str
    target: str
    digest: str
    answer: str  # "approved", "denied", "delegated" or "modified"
    wanting: int = 0


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An action that asks, as it was looked at."""

    stream: str
    revision: int
    state: ActionState
    action: Action


async def approve(  # noqa: PLR0913 a yes says to what, when, why and how far
    desk: Desk, *, action: str, digest: str, now: datetime, reason: str = "", plan: bool = False
) -> Answered:
    """Say yes to exactly what was shown: ``digest`` names it. Raises OrderRefused.

    ``plan``: and to all further steps of this runbook run, as they were shown.
    """
    text = desk.sealed(reason)
    for _ in range(TRIES):
        waiting = await waiting_for(desk, action, now)
        await _may_approve(desk, waiting, now, reason)
        if digest != waiting.action.digest:
            raise DigestChanged(action)
        try:
            await desk.write(_yes(waiting, text, plan=plan), text)
        except StaleRevision:
            continue
        asking = waiting.state.asking
        return answered(waiting, "approved", asking.needed - len(asking.yes) - 1)
    raise KeepsMoving(action)


async def deny(desk: Desk, *, action: str, reason: str, now: datetime) -> Answered:
    """Say no, with a reason. Raises OrderRefused."""
    text = desk.sealed(reason)
    for _ in range(TRIES):
        waiting = await waiting_for(desk, action, now)
        if desk.by.name not in waiting.state.asking.delegates:
            desk.require(Role.APPROVER)
        denied = ApprovalDenied(reason=digest_of(text))
        try:
            await desk.say(waiting.stream, denied, text, waiting.revision)
        except StaleRevision:
            continue
        return answered(waiting, "denied")
    raise KeepsMoving(action)


async def waiting_for(desk: Desk, name: str, now: datetime) -> Waiting:
    """The action as it asks now. Raises OrderRefused when it does not."""
    held = await desk.journal.held(action_stream(name))
    if held is None or held.state.action is None:
        raise UnknownAction(name)
    state: ActionState = held.state
    if not state.asks or state.action is None:
        taken_back = state.phase is ActionPhase.AWAITING_APPROVAL
        raise NothingToApprove(f"{name} is {'withdrawn' if taken_back else state.phase}")
    if state.expires_at is not None and now >= state.expires_at:
        raise ApprovalLapsed(name)
    return Waiting(stream=held.stream, revision=held.revision, state=state, action=state.action)


def may_answer(desk: Desk, waiting: Waiting) -> None:
    """Whether this person's answer counts here. Raises RoleMissing, AnswersForItself."""
    asking, person = waiting.state.asking, desk.by.name
    if person not in asking.delegates and Role.APPROVER not in desk.who.account.roles:
        raise RoleMissing(f"{desk.who.account.name} is no {Role.APPROVER}")
    if not asking.may(person):
        raise AnswersForItself


def answered(waiting: Waiting, answer: str, wanting: int = 0) -> Answered:
    """What became of it."""
    action = waiting.action
    return Answered(
        action=action.id,
        incident=action.incident,
        runbook=action.runbook,
        step=action.step,
        target=action.target,
        digest=action.digest,
        answer=answer,
        wanting=wanting,
    )


async def _may_approve(desk: Desk, waiting: Waiting, now: datetime, reason: str) -> None:
    may_answer(desk, waiting)
    asking = waiting.state.asking
    if str(desk.by) in asking.yes:
        raise AnsweredAlready
    if asking.single_person and not reason:
        raise AloneNeedsReason
    if asking.single_person and not asking.rested(now):
        raise AloneMustWait
    authority, _ = await desk.authority()
    if authority.kill.holding(waiting.action) or desk.page.engaged():
        raise StandsStill(waiting.action.id)


def _yes(waiting: Waiting, text: Blob | None, *, plan: bool) -> tuple[Draft, ...]:
    """The yes in the action's own stream; one to the whole run also where all steps look."""
    asking = waiting.state.asking
    granted = ApprovalGranted(
        digest=waiting.action.digest,
        plan=asking.plan if plan else "",
        reason=digest_of(text),
        single_person=asking.single_person,
    )
    own = Draft(stream=waiting.stream, body=granted, expected=waiting.revision)
    if not plan or not asking.plan or asking.expires_at is None:
        return (own,)
    whole = PlanApproved(
        plan=asking.plan, incident=waiting.action.incident, until=asking.expires_at
    )
    return (own, Draft(stream=AUTHORITY, body=whole))
