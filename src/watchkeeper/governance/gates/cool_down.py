"""Has this very thing been tried often enough?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import FUTILE_AFTER, FUTILITY_REST

RULE = "cool-down"


def cool_down(action: Action, context: Context) -> Verdict:
    """Refuses a fix that failed on this target three times.

    It rests for an hour after the last try.
    """
    same = (action.runbook, action.step, action.target)
    failures = [
        d
        for d in context.authority.drawn
        if (d.runbook, d.step, d.target) == same and d.bad and d.settled_at is not None
    ]
    recent = [d for d in failures if d.settled_at and context.now - d.settled_at < FUTILITY_REST]
    if len(recent) >= FUTILE_AFTER:
        return refused(
            RULE, f"failed {len(recent)} times on this target within the hour", tries=len(recent)
        )
    return permitted(RULE, f"{len(recent)} failures on this target within the hour")
