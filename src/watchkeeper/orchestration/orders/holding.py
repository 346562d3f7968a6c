"""A person's hand on a server: held, and let go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.domain.events.holds import HoldLifted, HoldPlaced
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.holds import Hold
from watchkeeper.governance.limits import LONGEST_HOLD
from watchkeeper.governance.people import Role
from watchkeeper.orchestration.orders.desk import Desk, digest_of
from watchkeeper.orchestration.orders.refusal import OrderRefused


class UnknownServer(OrderRefused):
    """No server of the estate has this name; `watchkeeper servers list` shows them."""


class HoldTooLong(OrderRefused):
    """A server is held for at most seven days at a time; hold it again when they are over."""


class NotHeld(OrderRefused):
    """Nobody holds this server; `watchkeeper hold list` shows what is held."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """Where a server stands now. ``until`` is None once it is let go."""

    server: str
    until: datetime | None


async def place_hold(
    desk: Desk, *, server: str, lasting: timedelta, reason: str, now: datetime
) -> Held:
    """Nothing is done to the server alone until the time is over. Raises OrderRefused."""
    desk.require(Role.OPERATOR)
    if not timedelta(0) < lasting <= LONGEST_HOLD:
        raise HoldTooLong
    text = desk.sealed(reason)
    until = now + lasting
    placed = HoldPlaced(server=server, until=until, reason=digest_of(text))
    await desk.say(AUTHORITY, placed, text, None)
    return Held(server=server, until=until)


async def lift_hold(desk: Desk, *, server: str, now: datetime) -> Held:
    """Let go of a server before the time is over. Raises OrderRefused."""
    desk.require(Role.OPERATOR)
    if server not in await holds_in_force(desk, now):
        raise NotHeld(server)
    await desk.say(AUTHORITY, HoldLifted(server=server), None, None)
    return Held(server=server, until=None)


async def holds_in_force(desk: Desk, now: datetime) -> dict[str, Hold]:
    """The holds that last, by server."""
    held = await desk.journal.held(AUTHORITY)
    state: Authority = held.state if held else Authority()
    return {name: hold for name, hold in state.holds.items() if hold.lasts(now)}
