"""Has a person let this runbook act by itself on this server class?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.events.authority import AutonomyLevel
from watchkeeper.domain.verdict import (
    Verdict,
    needs_person,
    permitted,
    permitted_notifying,
    refused,
)
from watchkeeper.governance.context import Context

RULE = "autonomy-level"


def autonomy(action: Action, context: Context) -> Verdict:
    """Without a grant, or while a metric source does not answer, it only proposes."""
    level = context.authority.level(action.runbook, action.server_class)
    saw = {"level": level or "none", "runbook": action.runbook, "server_class": action.server_class}
    if level is AutonomyLevel.OBSERVE:
        return refused(RULE, "set to observe only", **saw)
    if not context.incident_autonomous:
        return needs_person(RULE, "this incident may not be acted on without a person", **saw)
    if context.lost_sources:
        lost = ", ".join(context.lost_sources)
        return needs_person(RULE, f"{lost} does not answer: we may be the one cut off", **saw)
    match level:
        case AutonomyLevel.ACT:
            return permitted(RULE, "granted: act", **saw)
        case AutonomyLevel.ACT_AND_NOTIFY:
            return permitted_notifying(RULE, "granted: act and notify", **saw)
        case None:
            return needs_person(RULE, "nobody granted this runbook on this class", **saw)
        case _:
            return needs_person(RULE, f"set to {level}: a person decides", **saw)
