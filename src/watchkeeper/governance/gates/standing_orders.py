"""Is this one of the things that may be done at all, and on this target?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.estate import UNCLASSIFIED
from watchkeeper.domain.runbook import VerbClass
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, refused
from watchkeeper.governance.context import Context

RULE = "standing-orders"


def standing_orders(action: Action, context: Context) -> Verdict:
    """The allow-list.

    Only approved runbooks with unchanged templates, on known items, by the table of verbs.
    """
    return (
        _what(action, context)
        or _where(action, context)
        or permitted(RULE, "in the library, unchanged")
    )


def _what(action: Action, context: Context) -> Verdict | None:
    if action.verb is VerbClass.DESTRUCTIVE:
        return refused(RULE, "destructive actions are never carried out", verb=action.verb)
    if context.runbook is None or context.runbook.digest != action.runbook_digest:
        return refused(
            RULE, "the runbook is not in the library as proposed", runbook=action.runbook
        )
    if context.templates.get(action.template) != action.template_digest:
        return refused(
            RULE, "the template is not in the library as proposed", template=action.template
        )
    if action.verb is VerbClass.LOSSY:
        return needs_person(RULE, "something would be lost", verb=action.verb)
    return None


def _where(action: Action, context: Context) -> Verdict | None:
    server = context.estate.servers.get(action.server)
    if server is None or context.estate.server_of(action.target) != action.server:
        return refused(RULE, "the target is not in the estate", target=action.target)
    if server.protected:
        return needs_person(RULE, "the server is protected", server=server.name)
    if server.server_class == UNCLASSIFIED:
        return needs_person(RULE, "the server has no class", server=server.name)
    if server.name == context.own_server and not context.estate.estate.single_host:
        return needs_person(RULE, "this is Watchkeeper's own host", server=server.name)
    return None
