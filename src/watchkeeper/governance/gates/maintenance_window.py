"""Is this a time for changes?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, needs_person, permitted
from watchkeeper.governance.context import Context

RULE = "freeze"


def maintenance_window(action: Action, context: Context) -> Verdict:
    """Asks a person during a freeze of the server's class or of everything."""
    for freeze in context.freezes:
        covers = freeze.server_class in ("", action.server_class)
        if covers and freeze.start <= context.now < freeze.end:
            return needs_person(RULE, "a change freeze is on", until=freeze.end.isoformat())
    return permitted(RULE, "no freeze", freezes=len(context.freezes))
