"""Is it sure enough?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.basis_points import ACT, NOTIFY, as_ratio
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, permitted_notifying
from watchkeeper.governance.context import Context

RULE = "confidence"


def confidence(action: Action, context: Context) -> Verdict:
    """Above 0.85 acts; from 0.65 acts and notifies; below asks a person.

    A server class may be set to act above 0.85 only: from 0.65 it then notifies and asks.
    """
    saw = {"confidence": f"{as_ratio(action.confidence):.4f}", "server_class": action.server_class}
    if action.confidence > ACT:
        return permitted(RULE, "above 0.85: act", **saw)
    if action.confidence < NOTIFY:
        return needs_person(RULE, "below 0.65: ask a person", **saw)
    if action.server_class in context.cautious:
        return needs_person(RULE, "from 0.65 to 0.85: this class only notifies", **saw)
    return permitted_notifying(RULE, "from 0.65 to 0.85: act and notify", **saw)
