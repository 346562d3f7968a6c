"""Is anything allowed at all?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.context import Context

RULE = "kill-switch"


def kill_switch(_: Action, context: Context) -> Verdict:
    """Refuses while the switch is engaged in the journal or on the kill page."""
    authority = context.authority
    if authority.killed:
        return refused(
            RULE, "the kill switch is engaged", by=authority.killed_by, epoch=authority.kill_epoch
        )
    if context.page_engaged:
        return refused(RULE, "the kill page says stop", epoch=authority.kill_epoch)
    return permitted(RULE, "not engaged", epoch=authority.kill_epoch)
