"""Giving an order: to the watch that runs, or into the journal itself where none does."""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from watchkeeper.bootstrap.data_directory import SOCKET
from watchkeeper.bootstrap.opening import kill_page, rehearsing, writing
from watchkeeper.bootstrap.roster import Roster, roster_of
from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.settings import SettingsRefused, secret_value
from watchkeeper.bootstrap.system import system_clock, system_identifiers
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.people import Account, People
from watchkeeper.interfaces.cli.answer import Answer, ExitCode
from watchkeeper.interfaces.cli.verb import Session
from watchkeeper.interfaces.running_office import owner_of
from watchkeeper.interfaces.socket.client import NobodyListens, Refusal, asked
from watchkeeper.interfaces.socket.office import NoWatch, Office, in_class, owner_in
from watchkeeper.interfaces.socket.peer import own_name
from watchkeeper.interfaces.socket.requests import EngageKill, Reload, Request
from watchkeeper.interfaces.socket.token import TokenUnknown
from watchkeeper.orchestration.orders.refusal import OrderRefused

Result = Mapping[str, object]


def ordered(session: Session, request: Request, said: Callable[[Result], str]) -> Answer:
    """The answer to an order; a refusal is a negative answer, not a failure.

    Raises JournalLocked, WatchDoesNotAnswer and whatever else keeps it from being given.
    """
    try:
        result = given(session, request)
    except (OrderRefused, Refusal, TokenUnknown) as error:
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
        return asked(session.folder / SOCKET, request, own_token())
    except NobodyListens:
        if isinstance(request, Reload):
            raise NoWatch from None
        return asyncio.run(_alone(session, request))


async def _alone(session: Session, request: Request) -> Result:
    """No watch runs: take the data directory's lock and be the appender, or only rehearse."""
    clock = system_clock()
    roster = _roster(session, request)
    opened = rehearsing if request.dry_run else writing
    async with opened(session.folder, clock) as journal:
        office = Office(
            journal=journal,
            page=kill_page(session.folder),
            identifiers=system_identifiers(clock),
            clock=clock,
            library=lambda: _library(session),
            servers_of=lambda server_class: _servers(session, server_class),
            owner_of=lambda service: _owner(session, service),
            people=roster.people,
            knows=lambda server: _knows(session, server),
        )
        return await office.carry_out(request, _account(roster))


def own_token() -> str:
    """The token that whoever calls brings along; empty: the user of this process counts.

    Raises SettingsRefused where its file cannot be read.
    """
    named = os.environ.get("WATCHKEEPER_TOKEN_FILE", "")
    reference = SecretReference(
        file=Path(named) if named else None,
        variable="" if named else "WATCHKEEPER_TOKEN",
    )
    if not named and "WATCHKEEPER_TOKEN" not in os.environ:
        return ""
    return secret_value(reference, "token").get_secret_value()


def _roster(session: Session, request: Request) -> Roster:
    """The people of the settings; to stop, nobody has to be able to read them."""
    owner = owner_of(session.folder)
    try:
        return roster_of(session.settings(), owner)
    except SettingsRefused:
        if isinstance(request, EngageKill):
            return Roster(people=People())
        raise


def _account(roster: Roster) -> Account:
    """Who gives the order. Raises TokenUnknown."""
    token = own_token()
    if not token:
        return roster.of_user(own_name()) or Account(name=own_name(), person=own_name())
    account = roster.of_token(token.encode())
    if account is None:
        raise TokenUnknown
    return account


async def _library(session: Session) -> Mapping[str, Runbook]:
    """The runbooks in force; read only when an order needs them."""
    from watchkeeper.bootstrap.library import runbooks_of

    known = await runbooks_of(session.settings()).runbooks()
    return {runbook.id: runbook for runbook in known}


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


async def _owner(session: Session, service: str) -> str | None:
    """Who owns a service by the estate."""
    from watchkeeper.bootstrap.estate_in_force import reconciled_estate

    found = await reconciled_estate(session.settings())
    return owner_in(found.estate, service)
