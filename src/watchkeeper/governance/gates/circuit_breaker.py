"""Has acting gone badly lately?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.estate import Criticality
from watchkeeper.domain.runbook import VerbClass
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.breaker import GLOBAL, Breaker, BreakerState, breaker_of
from watchkeeper.governance.context import Context

RULE = "circuit-breaker"

_NOT_LOW = (Criticality.HIGH, Criticality.CRITICAL)


def breaker_state(server_class: str, context: Context) -> BreakerState:
    """Where the breaker of one server class stands; the empty class is the global one."""
    return breaker_of(context.authority.breakers, server_class).state(context.now)


def circuit_breaker(action: Action, context: Context) -> Verdict:
    """Refuses while open; half open lets one low-risk action through at a time."""
    breakers = context.authority.breakers
    for server_class in (action.server_class, GLOBAL):
        breaker = breaker_of(breakers, server_class)
        state = breaker.state(context.now)
        saw = {"breaker": server_class or "all classes", "state": state, "why": breaker.reason}
        if state is BreakerState.OPEN:
            return refused(RULE, _why(breaker, server_class), **saw)
        if state is BreakerState.HALF_OPEN and not _may_try(action, server_class, context):
            return refused(RULE, "half open: one low-risk action at a time", **saw)
    return permitted(RULE, "few enough bad ends", server_class=action.server_class)


def _may_try(action: Action, server_class: str, context: Context) -> bool:
    """Whether this is of low risk, and nothing else is in flight there."""
    drawn = context.authority.drawn
    busy = any(d.in_flight for d in drawn if server_class in (GLOBAL, d.server_class))
    low = context.estate.criticality_of(action.target) not in _NOT_LOW
    return low and not busy and action.verb is VerbClass.REVERSIBLE


def _why(breaker: Breaker, server_class: str) -> str:
    where = "this server class" if server_class else "all classes together"
    if breaker.by:
        return f"a person opened the breaker of {where}"
    return f"too many actions on {where} ended badly"
