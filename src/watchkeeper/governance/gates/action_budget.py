"""Has enough been done without a person?"""

from datetime import timedelta

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, needs_person, permitted
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import (
    ACTIONS_PER_CLASS_PER_HOUR,
    ACTIONS_PER_HOUR,
    ACTIONS_PER_INCIDENT,
    ACTIONS_PER_TARGET_PER_HOUR,
)

RULE = "action-budget"
HOUR = timedelta(hours=1)


def action_budget(action: Action, context: Context) -> Verdict:
    """Asks a person once a budget is used up: an incident's, a target's, a class's or everybody's.

    An incident shares its budget with all that descend from it.
    """
    recent = [d for d in context.authority.since(context.now - HOUR) if d.autonomous]
    budgets = (
        (
            "incident",
            context.authority.autonomous_in(action.root or action.incident),
            ACTIONS_PER_INCIDENT,
        ),
        ("target", sum(d.target == action.target for d in recent), ACTIONS_PER_TARGET_PER_HOUR),
        (
            "class",
            sum(d.server_class == action.server_class for d in recent),
            ACTIONS_PER_CLASS_PER_HOUR,
        ),
        ("installation", len(recent), ACTIONS_PER_HOUR),
    )
    saw = {name: f"{used} of {limit}" for name, used, limit in budgets}
    for name, used, limit in budgets:
        if used >= limit:
            return needs_person(RULE, f"{used} of {limit} actions used ({name})", **saw)
    return permitted(RULE, f"{budgets[0][1]} of {ACTIONS_PER_INCIDENT} actions used", **saw)
