"""How much would be touched at once?"""

from collections.abc import Iterator

from watchkeeper.domain.action import Action
from watchkeeper.domain.estate import Service
from watchkeeper.domain.verdict import Verdict, needs_person, permitted, refused, refused_for_now
from watchkeeper.governance.authority import Drawn
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import SHARE_OF_CLASS_AT_ONCE, SHARE_OF_SERVICE_AT_ONCE
from watchkeeper.governance.verbs import interrupts
from watchkeeper.knowledge.health import Health

RULE = "blast-radius"


def blast_radius(action: Action, context: Context) -> Verdict:
    """One action a target at a time; a small share of a service and of a class at a time.

    Never the last healthy replica; what has no replica only with its owner's consent to downtime.
    A service that is down already is not taken down by mending it.
    """
    others = [d for d in context.authority.drawn if d.in_flight and d.action != action.id]
    if any(d.target == action.target for d in others):
        reason = "another action on this target is under way"
        return refused_for_now(RULE, reason, target=action.target)
    found = [
        *_of_services(action, context, {d.target for d in others} | {d.server for d in others}),
        _of_class(action, context, others),
    ]
    return max(found, key=lambda verdict: verdict.strictness)


def _of_services(action: Action, context: Context, busy: set[str]) -> Iterator[Verdict]:
    """What each service has to say that goes down with the target."""
    for service in context.estate.touched(action.target):
        group = context.estate.replicas(service.name)
        under_change = [r.name for r in group if _busy(r, busy) and r.name != service.name]
        if len(under_change) >= _most(len(group)):
            reason = "another replica is under change"
            yield refused_for_now(RULE, reason, group=service.replicas_of or service.name)
        elif interrupts(action.template):
            yield _of_downtime(service, context, under_change)


def _busy(replica: Service, busy: set[str]) -> bool:
    return replica.name in busy or replica.server in busy


def _most(replicas: int) -> int:
    """How many replicas of a group may be under change at once, this one included."""
    return max(1, int(replicas * SHARE_OF_SERVICE_AT_ONCE))


def _of_downtime(service: Service, context: Context, under_change: list[str]) -> Verdict:
    """Whether anybody stands in for a service while it is down."""
    graph, board = context.estate, context.health
    state = board.of(graph, service.name).health
    saw = {"service": service.name, "health": state}
    if state is Health.UNHEALTHY:
        return permitted(RULE, "it is down already", **saw)
    if graph.single_instance(service.name):
        if service.name in context.authority.consents:
            return permitted(RULE, "its owner has consented to downtime", **saw)
        return needs_person(RULE, "nothing stands in for it, and no owner has consented", **saw)
    group = board.of_group(graph, service.name)
    left = [name for name in group.without(service.name) if name not in under_change]
    if left:
        return permitted(RULE, f"{len(left)} healthy replicas stay", **saw)
    if state is Health.HEALTHY:
        return refused(RULE, "it is the last healthy replica", **saw)
    return needs_person(RULE, "no replica is known to be healthy", **saw)


def _of_class(action: Action, context: Context, others: list[Drawn]) -> Verdict:
    busy = {d.server for d in others if d.server_class == action.server_class} | {action.server}
    size = len(context.estate.servers_of_class(action.server_class))
    allowed = max(1, int(size * SHARE_OF_CLASS_AT_ONCE))
    if len(busy) > allowed:
        return needs_person(
            RULE, f"{len(busy)} servers of the class at once, {allowed} allowed", servers=len(busy)
        )
    return permitted(RULE, f"{len(busy)} of {allowed} servers of the class at once")
