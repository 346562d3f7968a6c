"""What has to be asked before an action can be judged: what nobody has looked at, or long ago."""

from watchkeeper.domain.action import Action
from watchkeeper.domain.events.actions import CheckAsked
from watchkeeper.domain.runbook import CheckName
from watchkeeper.governance.citations import cited, fresh_for, stale
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import PRESENCE_FRESH


def questions(action: Action, context: Context) -> tuple[CheckAsked, ...]:
    """Whether anybody is at work, and every precondition whose answer has become too old.

    A precondition that was never answered is not asked here: that is for whoever proposes.
    """
    return (*_presence(action, context), *_old_answers(action, context))


def _presence(action: Action, context: Context) -> tuple[CheckAsked, ...]:
    answer = cited(context.citations, action, CheckName.NOBODY_AT_WORK)
    if answer and not stale(answer, PRESENCE_FRESH, context.now):
        return ()
    return (CheckAsked(check=CheckName.NOBODY_AT_WORK, item=action.target),)


def _old_answers(action: Action, context: Context) -> tuple[CheckAsked, ...]:
    runbook = context.runbook
    old = []
    for wanted in runbook.preconditions if runbook else ():
        answer = cited(context.citations, action, wanted.check)
        if answer and runbook and stale(answer, fresh_for(wanted, action, runbook), context.now):
            asked = CheckAsked(check=wanted.check, item=action.target, part=answer.part)
            old.append(asked)
    return tuple(old)
