"""Is this one of the things that may be done at all, and on this target?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.estate import UNCLASSIFIED
from watchkeeper.domain.runbook import Runbook
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, refused
from watchkeeper.governance.context import Context

RULE = "standing-orders"


def standing_orders(action: Action, context: Context) -> Verdict:
    """The allow-list.

    Only approved runbooks with unchanged templates, on known items. What is forbidden is looked at
    before what asks, so that no question hides a refusal.
    """
    return (
        _forbidden(action, context)
        or _asking(action, context)
        or permitted(RULE, "in the library, unchanged")
    )


def _forbidden(action: Action, context: Context) -> Verdict | None:
    runbook = context.runbook
    if runbook is None or (runbook.id, runbook.digest) != (action.runbook, action.runbook_digest):
        return refused(
            RULE, "the runbook is not in the library as proposed", runbook=action.runbook
        )
    if not _says(runbook, action):
        return refused(RULE, "the runbook has no such step", step=action.step)
    if context.templates.get(action.template) != action.template_digest:
        return refused(
            RULE, "the template is not in the library as proposed", template=action.template
        )
    return _unknown_place(action, context)


def _says(runbook: Runbook, action: Action) -> bool:
    """Whether this very step, with its template and its cost, stands in the runbook."""
    wanted = (action.step, action.template, action.template_digest, action.verb)
    return any(
        (step.id, step.template.name, step.template.digest, step.verb) == wanted
        for step in runbook.steps
        if step.template is not None
    )


def _unknown_place(action: Action, context: Context) -> Verdict | None:
    estate = context.estate
    if action.server not in estate.servers or estate.server_of(action.target) != action.server:
        return refused(RULE, "the target is not in the estate", target=action.target)
    if estate.class_of(action.target) != action.server_class:
        return refused(RULE, "the server is of another class", server_class=action.server_class)
    return None


def _asking(action: Action, context: Context) -> Verdict | None:
    server = context.estate.servers[action.server]
    if server.server_class == UNCLASSIFIED:
        return needs_person(RULE, "the server has no class", server=server.name)
    return None
