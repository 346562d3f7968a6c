"""Carries out what was asked: in the daemon over the socket, else in the command line itself."""

from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.estate import Estate
from watchkeeper.interfaces.socket.requests import (
    Approve,
    Deny,
    EngageKill,
    Grant,
    Hold,
    LiftHold,
    ReleaseKill,
    Reload,
    Request,
    Status,
)
from watchkeeper.interfaces.views.plain import fields_of, plain
from watchkeeper.orchestration import holding, orders
from watchkeeper.orchestration.orders import Desk, Rehearsal, Wanted
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage

Result = Mapping[str, object]


def in_class(estate: Estate, server_class: str) -> int:
    """How many servers of the estate have this class."""
    return sum(server.server_class == server_class for server in estate.servers)


class NoWatch(orders.OrderRefused):
    """No watch is running on this data directory; start it with `watchkeeper up`."""


class NotReloaded(orders.OrderRefused):
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
    library: Callable[[], Awaitable[Container[str]]]  # the ids of the runbooks in force
    servers_of: Callable[[str], Awaitable[int]]  # how many servers of the estate have a class
    knows: Callable[[str], Awaitable[bool]]  # whether a server of the estate has the name
    watch: Watch | None = None

    async def carry_out(self, request: Request, person: str) -> Result:
        """The result of a request, in the name of a person. Raises OrderRefused."""
        match request:
            case Status():
                return await self._watch().status()
            case Reload():
                return await self._reloaded(request)
            case Hold() | LiftHold():
                return await self._holding(request, self._desk(request.dry_run, person))
            case _:
                return await self._ordered(request, self._desk(request.dry_run, person))

    async def _ordered(
        self, order: Grant | Approve | Deny | EngageKill | ReleaseKill, desk: Desk
    ) -> Result:
        seen: dict[str, object] = {}
        if isinstance(order, Grant):  # a class may come later; a slip of the pen should be seen
            seen["servers"] = await self.servers_of(order.server_class)
        done = await self._given(order, desk)
        return {**fields_of(done), **seen, "by": str(desk.by), "dry_run": order.dry_run}

    async def _given(
        self, order: Grant | Approve | Deny | EngageKill | ReleaseKill, desk: Desk
    ) -> orders.Granted | orders.Answered | orders.Switched:
        match order:
            case Grant():
                wanted = Wanted(
                    runbook=order.runbook, server_class=order.server_class, level=order.level
                )
                return await orders.grant(desk, await self.library(), wanted, reason=order.reason)
            case Approve():
                return await orders.approve(
                    desk, action=order.action, digest=order.digest, now=self.clock.now()
                )
            case Deny():
                return await orders.deny(
                    desk, action=order.action, reason=order.reason, now=self.clock.now()
                )
            case EngageKill():
                return await orders.engage_kill(desk, reason=order.reason)
            case ReleaseKill():
                return await orders.release_kill(desk, reason=order.reason)

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

    def _desk(self, rehearsing: bool, person: str) -> Desk:
        desk = Rehearsal if rehearsing else Desk
        return desk(
            by=Actor(kind=ActorKind.PERSON, name=person),
            journal=self.journal,
            page=self.page,
            identifiers=self.identifiers,
        )
