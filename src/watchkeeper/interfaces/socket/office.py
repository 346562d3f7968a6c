"""Carries out what was asked: over the socket, over HTTP, else in the command line itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.people import Account, People, Role
from watchkeeper.interfaces.socket.requests import (
    Answering,
    Approve,
    Consent,
    Delegate,
    Deny,
    EngageKill,
    Grant,
    Hold,
    LiftHold,
    Modify,
    Order,
    ReleaseKill,
    Reload,
    Request,
    Status,
    TurnBreaker,
)
from watchkeeper.interfaces.views.plain import fields_of, plain
from watchkeeper.orchestration.orders import holding
from watchkeeper.orchestration.orders.answering import Answered, approve, deny
from watchkeeper.orchestration.orders.breaking import BreakerTurned, turn_breaker
from watchkeeper.orchestration.orders.changing import delegate, modify
from watchkeeper.orchestration.orders.consenting import Consented, consent
from watchkeeper.orchestration.orders.desk import Desk, Rehearsal, SignedIn
from watchkeeper.orchestration.orders.granting import Granted, Wanted, grant
from watchkeeper.orchestration.orders.refusal import OrderRefused
from watchkeeper.orchestration.orders.stopping import Switched, engage_kill, release_kill
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage

Result = Mapping[str, object]
Given = Granted | Consented | Answered | Switched | BreakerTurned


def in_class(estate: Estate, server_class: str) -> int:
    """How many servers of the estate have this class."""
    return sum(server.server_class == server_class for server in estate.servers)


def owner_in(estate: Estate, service: str) -> str | None:
    """Who owns a service: its own owner, else its server's; None where there is no such service."""
    found = next((each for each in estate.services if each.name == service), None)
    if found is None:
        return None
    below = next((each.owner for each in estate.servers if each.name == found.server), "")
    return found.owner or below


class NoWatch(OrderRefused):
    """No watch is running on this data directory; start it with `watchkeeper up`."""


class NotReloaded(OrderRefused):
    """What was read cannot be used; what was in force stays in force."""


class Watch(Protocol):
    """What only a running watch can do."""

    async def reload(self) -> str:
        """Read the estate and the runbooks again; a line on what is in force.

        Raises NotReloaded.
        """

    async def status(self) -> Result:
        """How it is."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """Where orders are given. ``watch`` is None where none is running."""

    journal: Journal
    page: KillPage
    identifiers: Identifiers
    clock: Clock
    library: Callable[[], Awaitable[Mapping[str, Runbook]]]  # the runbooks in force, by id
    servers_of: Callable[[str], Awaitable[int]]  # how many servers of the estate have a class
    knows: Callable[[str], Awaitable[bool]]  # whether a server of the estate has the name
    owner_of: Callable[[str], Awaitable[str | None]]  # who owns a service of the estate
    people: People = field(default_factory=People)
    watch: Watch | None = None

    async def carry_out(self, request: Request, account: Account) -> Result:
        """The result of a request, in the name of the account's person. Raises OrderRefused."""
        match request:
            case Status():
                return await self._watch().status()
            case Reload():
                self._desk(account, rehearsing=True).require(Role.OPERATOR)
                return await self._reloaded(request)
            case Hold() | LiftHold():
                return await self._holding(request, self._desk(account, rehearsing=request.dry_run))
            case _:
                desk = self._desk(account, rehearsing=request.dry_run)
                return await self._ordered(request, desk)

    async def _ordered(self, order: Order, desk: Desk) -> Result:
        seen: dict[str, object] = {}
        if isinstance(order, Grant):  # a class may come later; a slip of the pen should be seen
            seen["servers"] = await self.servers_of(order.server_class)
        done = await self._given(order, desk)
        return {**fields_of(done), **seen, "by": str(desk.by), "dry_run": order.dry_run}

    async def _given(self, order: Order, desk: Desk) -> Given:
        now = self.clock.now()
        match order:
            case Grant(runbook=runbook, server_class=server_class, level=level):
                wanted = Wanted(runbook=runbook, server_class=server_class, level=level)
                return await grant(desk, await self.library(), wanted, reason=order.reason)
            case Consent(service=service, downtime=downtime):
                owner = await self.owner_of(service)
                return await consent(
                    desk, service=service, owner=owner, downtime=downtime, reason=order.reason
                )
            case EngageKill():
                return await engage_kill(desk, scope=order.scope, reason=order.reason)
            case ReleaseKill():
                return await release_kill(desk, scope=order.scope, reason=order.reason, now=now)
            case TurnBreaker(server_class=server_class, state=state):
                return await turn_breaker(
                    desk, server_class=server_class, wanted=state, now=now, reason=order.reason
                )
            case _:
                return await self._answered(order, desk, now)

    async def _answered(self, order: Answering, desk: Desk, now: datetime) -> Answered:
        action, reason = order.action, order.reason
        match order:
            case Approve(digest=digest, plan=plan):
                return await approve(
                    desk, action=action, digest=digest, now=now, reason=reason, plan=plan
                )
            case Deny():
                return await deny(desk, action=action, reason=reason, now=now)
            case Modify(values=values):
                runbooks = await self.library()
                return await modify(
                    desk, action=action, values=values, runbooks=runbooks, now=now, reason=reason
                )
            case Delegate(to=to):
                return await delegate(desk, action=action, to=to, now=now, reason=reason)

    async def _holding(self, order: Hold | LiftHold, desk: Desk) -> Result:
        now = self.clock.now()
        if isinstance(order, Hold):
            if not await self.knows(order.server):
                raise holding.UnknownServer(order.server)
            lasting = timedelta(seconds=order.seconds)
            held = await holding.place_hold(
                desk, server=order.server, lasting=lasting, reason=order.reason, now=now
            )
        else:
            held = await holding.lift_hold(desk, server=order.server, now=now)
        return {**fields_of(held), "by": str(desk.by), "dry_run": order.dry_run}

    async def _reloaded(self, request: Reload) -> Result:
        watch = self._watch()
        said = "nothing was read: --dry-run" if request.dry_run else await watch.reload()
        return {"in_force": plain(said), "dry_run": request.dry_run}

    def _watch(self) -> Watch:
        if self.watch is None:
            raise NoWatch
        return self.watch

    def _desk(self, account: Account, *, rehearsing: bool) -> Desk:
        desk = Rehearsal if rehearsing else Desk
        return desk(
            by=Actor(kind=ActorKind.PERSON, name=account.person),
            journal=self.journal,
            page=self.page,
            identifiers=self.identifiers,
            who=SignedIn(account=account, people=self.people),
        )
