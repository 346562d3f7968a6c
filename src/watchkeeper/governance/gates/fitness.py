"""Is Watchkeeper itself well enough to act?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.fitness import Ailment, Unfit
from watchkeeper.domain.runbook import ParameterType
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, refused
from watchkeeper.governance.context import Context

RULE = "fitness"

_ASKS = frozenset({Ailment.DISK, Ailment.LOOP})  # a person may still want it; else it is refused


def fitness(action: Action, context: Context) -> Verdict:
    """Refuses with a stale clock or a failing journal, asks with a full disk or a lagging loop.

    A runbook that frees the very file system that is full may go on.
    """
    wrong = [unfit for unfit in context.unfit if not _frees(action, context, unfit)]
    for unfit in wrong:
        if unfit.ailment not in _ASKS:
            return refused(RULE, unfit.reason, ailment=unfit.ailment)
    for unfit in wrong:
        return needs_person(RULE, unfit.reason, ailment=unfit.ailment)
    return permitted(RULE, "fit to act", ailments=len(context.unfit))


def _frees(action: Action, context: Context, unfit: Unfit) -> bool:
    """Whether the action makes room on the full file system of Watchkeeper's own server."""
    if unfit.ailment is not Ailment.DISK or action.server != context.own_server:
        return False
    runbook = context.runbook
    named = runbook.parameters if runbook else ()
    mounts = {each.name for each in named if each.type is ParameterType.MOUNT}
    return any(unfit.place in values for name, values in action.parameters if name in mounts)
