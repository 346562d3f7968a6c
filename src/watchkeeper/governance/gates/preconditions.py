"""Has everything been checked that has to be checked first?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.context import Context

RULE = "preconditions"


def preconditions(_: Action, context: Context) -> Verdict:
    """Refuses while a precondition of the runbook has no cited answer of yes."""
    wanted = [check.value for check in context.runbook.preconditions] if context.runbook else []
    missing = [name for name in wanted if name not in context.cited]
    if missing:
        return refused(RULE, f"not confirmed: {', '.join(missing)}", missing=len(missing))
    return permitted(RULE, f"{len(wanted)} confirmed", confirmed=", ".join(wanted))
