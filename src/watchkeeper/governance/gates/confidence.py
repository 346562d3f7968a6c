"""Is it sure enough?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.basis_points import ACT, NOTIFY, as_ratio
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, permitted_notifying
from watchkeeper.governance.context import Context

RULE = "confidence"


def confidence(action: Action, _: Context) -> Verdict:
    """Above 0.85 acts; from 0.65 acts and notifies; below asks a person."""
    saw = {"confidence": f"{as_ratio(action.confidence):.4f}"}
    if action.confidence > ACT:
        return permitted(RULE, "above 0.85: act", **saw)
    if action.confidence >= NOTIFY:
        return permitted_notifying(RULE, "from 0.65 to 0.85: act and notify", **saw)
    return needs_person(RULE, "below 0.65: ask a person", **saw)
