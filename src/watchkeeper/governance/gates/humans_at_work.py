"""Is somebody working on this very server?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.runbook import CheckName, CheckOutcome
from watchkeeper.domain.verdict import Verdict, needs_person, permitted
from watchkeeper.governance.citations import cited, stale
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import HUMAN_CHANGE_WITHIN, PRESENCE_FRESH

RULE = "humans-at-work"


def humans_at_work(action: Action, context: Context) -> Verdict:
    """Asks a person while the server is held, changed by others, or somebody works on it.

    So it does when nobody could look.
    """
    return (
        _held(action, context)
        or _changed(action, context)
        or _seen(action, context)
        or permitted(RULE, "nobody is at work there", server=action.server)
    )


def _held(action: Action, context: Context) -> Verdict | None:
    hold = context.authority.holds.get(action.server)
    if hold is None or not hold.lasts(context.now):
        return None
    until = hold.until.isoformat()
    return needs_person(RULE, "the server is held by a person", by=hold.by, until=until)


def _changed(action: Action, context: Context) -> Verdict | None:
    for change in context.told_changes:
        named = change.item in (action.target, action.server)
        if named and context.now - change.happened_at < HUMAN_CHANGE_WITHIN:
            reason = "somebody else is changing it"
            return needs_person(RULE, reason, source=change.source, item=change.item)
    return None


def _seen(action: Action, context: Context) -> Verdict | None:
    answer = cited(context.citations, action, CheckName.NOBODY_AT_WORK)
    if answer is None or stale(answer, PRESENCE_FRESH, context.now):
        return needs_person(RULE, "nobody has looked whether anybody is at work there")
    saw = {"answer": answer.outcome, "entry": answer.position}
    match answer.outcome:
        case CheckOutcome.PASSED:
            return None
        case CheckOutcome.FAILED:
            reason = "a terminal is in use, or a package or ansible run is under way"
            return needs_person(RULE, reason, **saw)
        case CheckOutcome.UNKNOWN:
            return needs_person(RULE, "nobody can tell whether anybody is at work there", **saw)
