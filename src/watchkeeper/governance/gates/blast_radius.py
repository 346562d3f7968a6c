"""How much would be touched at once?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, refused_for_now
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import SHARE_OF_CLASS_AT_ONCE
from watchkeeper.knowledge.estate import same_group

RULE = "blast-radius"


def blast_radius(action: Action, context: Context) -> Verdict:
    """One action a target at a time, one replica of a group at a time.

    A small share of a class at a time.
    """
    others = [d for d in context.authority.drawn if d.in_flight and d.action != action.id]
    if any(d.target == action.target for d in others):
        reason = "another action on this target is under way"
        return refused_for_now(RULE, reason, target=action.target)
    busy_items = {d.target for d in others}
    service = context.estate.services.get(action.target)
    if service:
        group = same_group(context.estate.estate.services, service)
        if any(member.name in busy_items for member in group if member.name != action.target):
            reason = "another replica is under change"
            return refused_for_now(RULE, reason, group=service.replicas_of)
    busy = {d.server for d in others if d.server_class == action.server_class} | {action.server}
    size = sum(s.server_class == action.server_class for s in context.estate.estate.servers)
    allowed = max(1, int(size * SHARE_OF_CLASS_AT_ONCE))
    if len(busy) > allowed:
        return needs_person(
            RULE, f"{len(busy)} servers of the class at once, {allowed} allowed", servers=len(busy)
        )
    return permitted(RULE, f"{len(busy)} of {allowed} servers of the class at once")
