"""Has acting gone badly lately?"""

from datetime import datetime
from enum import StrEnum

from watchkeeper.domain.action import Action
from watchkeeper.domain.runbook import VerbClass
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.authority import Drawn
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import (
    BREAKER_FAILURES,
    BREAKER_RATIO,
    BREAKER_REST,
    BREAKER_WINDOW,
)

RULE = "circuit-breaker"


class BreakerState(StrEnum):
    """The three states of a circuit breaker (M. Nygard, Release It!)."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


def breaker_state(server_class: str, context: Context) -> BreakerState:
    """The breaker of one server class, from how its warrants ended.

    A fold of the authority stream.
    """
    of_class = [d for d in context.authority.drawn if d.server_class == server_class]
    settled = [d for d in of_class if d.settled_at is not None]
    tripped_at = max(
        (
            d.settled_at
            for d in settled
            if d.bad and d.settled_at and _too_bad(settled, d.settled_at)
        ),
        default=None,
    )
    if tripped_at is None:
        return BreakerState.CLOSED
    proven = [d for d in settled if not d.bad and d.minted_at >= tripped_at + BREAKER_REST]
    if proven:
        return BreakerState.CLOSED
    resting = context.now < tripped_at + BREAKER_REST
    return BreakerState.OPEN if resting else BreakerState.HALF_OPEN


def _too_bad(settled: list[Drawn], end: datetime) -> bool:
    """Whether the share of bad ends was too large in the window that closed then."""
    window = [d for d in settled if d.settled_at and end - BREAKER_WINDOW < d.settled_at <= end]
    bad = sum(d.bad for d in window)
    return bad >= BREAKER_FAILURES and bad >= BREAKER_RATIO * len(window)


def circuit_breaker(action: Action, context: Context) -> Verdict:
    """Refuses while open; half open lets one reversible action through at a time."""
    state = breaker_state(action.server_class, context)
    saw = {"server_class": action.server_class, "state": state}
    if state is BreakerState.OPEN:
        return refused(RULE, "too many actions on this server class ended badly", **saw)
    busy = any(
        d.in_flight for d in context.authority.drawn if d.server_class == action.server_class
    )
    if state is BreakerState.HALF_OPEN and (busy or action.verb is not VerbClass.REVERSIBLE):
        return refused(RULE, "half open: one reversible action at a time", **saw)
    return permitted(RULE, "few enough bad ends", **saw)
