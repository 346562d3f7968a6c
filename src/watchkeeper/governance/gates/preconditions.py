"""Has everything been checked that has to be checked first?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.runbook import CheckOutcome, Precondition, Runbook
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.citations import cited, fresh_for, stale
from watchkeeper.governance.context import Context

RULE = "preconditions"


def preconditions(action: Action, context: Context) -> Verdict:
    """Refuses unless every precondition has a cited answer of yes.

    It has to be about this action's target, from its own incident, and young enough.
    """
    runbook = context.runbook
    wanted = runbook.preconditions if runbook else ()
    saw = {each.check.value: _evidence(action, context, each) for each in wanted}
    faults = [_fault(action, context, each, runbook) for each in wanted if runbook]
    missing = [fault for fault in faults if fault]
    if missing:
        return refused(RULE, f"not confirmed: {', '.join(missing)}", **saw)
    return permitted(RULE, f"{len(wanted)} confirmed", **saw)


def _fault(action: Action, context: Context, wanted: Precondition, runbook: Runbook) -> str:
    """What is wrong with the answer, behind the check's name; empty when it counts."""
    answer = cited(context.citations, action, wanted.check)
    if answer is None:
        return wanted.check.value
    if answer.outcome is not CheckOutcome.PASSED:
        return f"{wanted.check} ({answer.outcome})"
    if stale(answer, fresh_for(wanted, action, runbook), context.now):
        age = (context.now - answer.at).total_seconds()
        return f"{wanted.check} ({age:.0f} s old)"
    return ""


def _evidence(action: Action, context: Context, wanted: Precondition) -> str:
    answer = cited(context.citations, action, wanted.check)
    return f"{answer.outcome}, entry {answer.position}" if answer else "no answer"
