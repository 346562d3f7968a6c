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
    """The breaker of one server class, from how its warrants ended. O(warrants remembered).

    It opens when too many of those that ended within the window ended badly. After the rest one
    trial decides: a success closes it and the count begins anew, anything bad opens it again. What
    never started proves nothing, neither way.
    """
    opened_at: datetime | None = None
    window: list[tuple[datetime, Drawn]] = []
    for ended_at, drawn in _ended(server_class, context):
        if opened_at is not None and drawn.minted_at >= opened_at + BREAKER_REST:
            opened_at, window = (ended_at if drawn.bad else None), []
            continue
        window = [one for one in window if ended_at - one[0] < BREAKER_WINDOW]
        window.append((ended_at, drawn))
        if drawn.bad and _too_bad([one for _, one in window]):
            opened_at = ended_at
    if opened_at is None:
        return BreakerState.CLOSED
    resting = context.now < opened_at + BREAKER_REST
    return BreakerState.OPEN if resting else BreakerState.HALF_OPEN


def _ended(server_class: str, context: Context) -> list[tuple[datetime, Drawn]]:
    """The warrants of the class that did something, by when they ended."""
    ended = [
        (drawn.settled_at, drawn)
        for drawn in context.authority.drawn
        if drawn.server_class == server_class and drawn.settled_at and drawn.ran
    ]
    return sorted(ended, key=lambda one: one[0])


def _too_bad(window: list[Drawn]) -> bool:
    bad = sum(drawn.bad for drawn in window)
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
