"""Is anything allowed at all?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.context import Context

RULE = "kill-switch"


def kill_switch(action: Action, context: Context) -> Verdict:
    """Refuses while a scope that covers this is engaged in the journal, or the page says stop."""
    switch = context.authority.kill
    held = switch.holding(action)
    if held is not None:
        reason = f"the kill switch is engaged for {held.scope}"
        return refused(RULE, reason, scope=held.scope, by=held.by[0], epoch=switch.epoch)
    if context.page_engaged:
        return refused(RULE, "the kill page says stop", epoch=switch.epoch)
    return permitted(RULE, "not engaged", epoch=switch.epoch)
