"""The circuit breakers, by hand."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.events.authority import AUTHORITY, BreakerSet
from watchkeeper.governance.breaker import BreakerState, breaker_of
from watchkeeper.governance.people import Role
from watchkeeper.orchestration.orders.desk import TRIES, Desk, digest_of
from watchkeeper.orchestration.orders.refusal import BreakerStands, KeepsMoving
from watchkeeper.ports.errors import StaleRevision


@dataclass(frozen=True, kw_only=True)
class BreakerTurned:
    """Where a breaker stands now; the empty class is the global one."""

    server_class: str
    before: BreakerState
    state: BreakerState


async def turn_breaker(
    desk: Desk, *, server_class: str, wanted: BreakerState, now: datetime, reason: str = ""
) -> BreakerTurned:
    """Open a breaker, or close it before its time. Raises OrderRefused."""
    opens = wanted is BreakerState.OPEN
    desk.require(Role.OPERATOR if opens else Role.ADMINISTRATOR)
    text = desk.sealed(reason)
    said = BreakerSet(server_class=server_class, open=opens, reason=digest_of(text))
    for _ in range(TRIES):
        authority, revision = await desk.authority()
        before = breaker_of(authority.breakers, server_class).state(now)
        if before is wanted:
            raise BreakerStands(server_class or "all classes")
        try:
            await desk.say(AUTHORITY, said, text, revision)
        except StaleRevision:
            continue
        return BreakerTurned(server_class=server_class, before=before, state=wanted)
    raise KeepsMoving(server_class)
