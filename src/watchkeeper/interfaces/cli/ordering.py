"""Giving an order: to the watch that runs, or into the journal itself where none does."""

import asyncio
from collections.abc import Callable, Container, Mapping

from watchkeeper.bootstrap.data_directory import SOCKET
from watchkeeper.bootstrap.opening import kill_page, rehearsing, writing
from watchkeeper.bootstrap.system import system_clock, system_identifiers
from watchkeeper.interfaces.cli.answer import Answer, ExitCode
from watchkeeper.interfaces.cli.verb import Session
from watchkeeper.interfaces.socket.client import NobodyListens, Refusal, asked
from watchkeeper.interfaces.socket.office import NoWatch, Office, in_class
from watchkeeper.interfaces.socket.peer import own_name
from watchkeeper.interfaces.socket.requests import Reload, Request
from watchkeeper.orchestration.orders import OrderRefused

Result = Mapping[str, object]


def ordered(session: Session, request: Request, said: Callable[[Result], str]) -> Answer:
    """The answer to an order; a refusal is a negative answer, not a failure.

    Raises JournalLocked, WatchDoesNotAnswer and whatever else keeps it from being given.
    """
    try:
        result = given(session, request)
    except (OrderRefused, Refusal) as error:
        name = error.error if isinstance(error, Refusal) else type(error).__name__
        return Answer(
            body={"ok": False, "error": name, "message": str(error)},
            said=(f"refused: {error}",),
            exit_code=ExitCode.FINDING,
        )
    return Answer(body=dict(result), said=(said(result),))


def given(session: Session, request: Request) -> Result:
    """The result of an order. Raises OrderRefused or Refusal besides."""
    try:
        return asked(session.folder / SOCKET, request)
    except NobodyListens:
        if isinstance(request, Reload):
            raise NoWatch from None
        return asyncio.run(_alone(session, request))


async def _alone(session: Session, request: Request) -> Result:
    """No watch runs: take the data directory's lock and be the appender, or only rehearse."""
    clock = system_clock()
    opened = rehearsing if request.dry_run else writing
    async with opened(session.folder, clock) as journal:
        office = Office(
            journal=journal,
            page=kill_page(session.folder),
            identifiers=system_identifiers(clock),
            clock=clock,
            library=lambda: _library(session),
            servers_of=lambda server_class: _servers(session, server_class),
            knows=lambda server: _knows(session, server),
        )
        return await office.carry_out(request, own_name())


async def _library(session: Session) -> Container[str]:
    """The ids of the runbooks in force; read only when an order needs them."""
    from watchkeeper.bootstrap.library import runbooks_of

    known = await runbooks_of(session.settings()).runbooks()
    return frozenset(runbook.id for runbook in known)


async def _servers(session: Session, server_class: str) -> int:
    """How many servers of the estate have a class; the estate is read only when it is asked."""
    from watchkeeper.bootstrap.estate_in_force import reconciled_estate

    found = await reconciled_estate(session.settings())
    return in_class(found.estate, server_class)


async def _knows(session: Session, server: str) -> bool:
    """Whether a server of the estate has this name; the estate is read only when it is asked."""
    from watchkeeper.bootstrap.estate_in_force import reconciled_estate

    found = await reconciled_estate(session.settings())
    return any(each.name == server for each in found.estate.servers)
