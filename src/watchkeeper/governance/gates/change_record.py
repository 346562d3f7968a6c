"""Is it on paper?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.context import Context

RULE = "change-record"


def change_record(_: Action, context: Context) -> Verdict:
    """At minting, the change record has to be open.

    Before, refused ideas must not become tickets.
    """
    if context.minting and not context.change_record:
        return refused(RULE, "no change record is open")
    return permitted(RULE, context.change_record or "opened before minting")
