"""Other values for an action that asks, or other persons who answer it."""

from collections.abc import Mapping
from datetime import datetime

from watchkeeper.domain.events.actions import ActionModified, ApprovalDelegated
from watchkeeper.domain.parameter_values import ValueRefused, checked
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.people import Role
from watchkeeper.orchestration.orders.answering import (
    Answered,
    Waiting,
    answered,
    may_answer,
    waiting_for,
)
from watchkeeper.orchestration.orders.desk import TRIES, Desk, digest_of
from watchkeeper.orchestration.orders.refusal import (
    KeepsMoving,
    NotYours,
    ParameterRefused,
    StateChanged,
    UnknownPerson,
    UnknownRunbook,
)
from watchkeeper.ports.errors import StaleRevision

Values = tuple[str, ...]


async def modify(  # noqa: PLR0913 a change says of what, to what, when and why
    desk: Desk,
    *,
    action: str,
    values: Mapping[str, Values],
    runbooks: Mapping[str, Runbook],
    now: datetime,
    reason: str = "",
) -> Answered:
    """Change values within the runbook's schema: it is judged and asked again. Raises OrderRefused.

    Its author counts as one who let it come about.
    """
    text = desk.sealed(reason)
    for _ in range(TRIES):
        waiting = await waiting_for(desk, action, now)
        may_answer(desk, waiting)
        said = ActionModified(
            parameters=_changed(waiting, values, runbooks), reason=digest_of(text)
        )
        try:
            await desk.say(waiting.stream, said, text, waiting.revision)
        except StaleRevision:
            continue
        return answered(waiting, "modified")
    raise KeepsMoving(action)


async def delegate(
    desk: Desk, *, action: str, to: str, now: datetime, reason: str = ""
) -> Answered:
    """Hand one's answer to a person or a group, for this action only. Raises OrderRefused.

    Only what one may answer by one's own role can be handed on, so never twice.
    """
    text = desk.sealed(reason)
    for _ in range(TRIES):
        waiting = await waiting_for(desk, action, now)
        may_answer(desk, waiting)
        if Role.APPROVER not in desk.who.account.roles:
            raise NotYours
        name, members = _receivers(desk, waiting, to)
        said = ApprovalDelegated(to=name, members=members, reason=digest_of(text))
        try:
            await desk.say(waiting.stream, said, text, waiting.revision)
        except StaleRevision:
            continue
        return answered(waiting, "delegated")
    raise KeepsMoving(action)


def _changed(
    waiting: Waiting, values: Mapping[str, Values], runbooks: Mapping[str, Runbook]
) -> tuple[tuple[str, Values], ...]:
    """All parameters, the changed ones checked against the runbook that is in force."""
    action = waiting.action
    runbook = runbooks.get(action.runbook)
    if runbook is None:
        raise UnknownRunbook(action.runbook)
    if runbook.digest != action.runbook_digest:
        raise StateChanged(action.runbook)
    declared = {each.name: each.type for each in runbook.parameters}
    for name, given in values.items():
        if name not in declared:
            raise ParameterRefused(f"{name[:64]} is not declared")
        try:
            checked(name, declared[name], given)
        except ValueRefused as refused:
            raise ParameterRefused(str(refused)) from None
    return tuple(sorted({**dict(action.parameters), **values}.items()))


def _receivers(desk: Desk, waiting: Waiting, to: str) -> tuple[str, tuple[str, ...]]:
    """Whom it is handed to, and the persons that this is; nobody who may not answer it."""
    people, asking = desk.who.people, waiting.state.asking
    group = people.members(to)
    named = frozenset({to}) if people.knows(to) else group
    left = tuple(sorted(p for p in named if asking.may(p) and p != desk.by.name))
    if not left:
        raise UnknownPerson(to[:64])
    return (f"person:{to}" if people.knows(to) else f"group:{to}"), left
