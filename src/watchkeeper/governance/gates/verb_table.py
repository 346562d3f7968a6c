"""What can it cost?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.runbook import VerbClass
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, refused
from watchkeeper.governance.context import Context
from watchkeeper.governance.verbs import cost_of

RULE = "verb-table"


def verb_table(action: Action, _: Context) -> Verdict:
    """By the closed table of verbs, the runbook's word and what the parameters name.

    Destructive is refused whoever asks, and so is what the table does not know; lossy always asks
    a person.
    """
    cost = cost_of(action.template, action.verb, action.parameters)
    if cost is None:
        return refused(RULE, "the table of verbs does not know this", template=action.template)
    if cost is VerbClass.DESTRUCTIVE:
        return refused(
            RULE, "destructive actions are never carried out", template=action.template, cost=cost
        )
    if cost is VerbClass.LOSSY:
        return needs_person(RULE, "something would be lost", template=action.template, cost=cost)
    return permitted(RULE, "reversible", template=action.template, cost=cost)
