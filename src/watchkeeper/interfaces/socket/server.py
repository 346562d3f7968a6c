"""Listens for orders in the data directory."""

import asyncio
import contextlib
from pathlib import Path

import structlog

from watchkeeper.bootstrap.roster import Roster
from watchkeeper.governance.people import Account
from watchkeeper.interfaces.socket.address import bound
from watchkeeper.interfaces.socket.line import LIMIT_BYTES, LineRefused, read_line, written
from watchkeeper.interfaces.socket.office import Office
from watchkeeper.interfaces.socket.peer import Stranger, person_at
from watchkeeper.interfaces.socket.requests import RequestRefused, Status, request_of
from watchkeeper.interfaces.socket.token import TokenUnknown
from watchkeeper.orchestration.orders.refusal import OrderRefused
from watchkeeper.ports.errors import JournalClosed, MayNotSay

log = structlog.get_logger()

PATIENCE_SECONDS = 30.0  # a connection that says nothing, or does not listen, is closed
FAREWELL_SECONDS = 2.0
FAREWELL_READS = 64  # of at most 64 KiB each
MOST_CONNECTIONS = 32

_REFUSALS = (TokenUnknown, OrderRefused, RequestRefused, LineRefused, MayNotSay, JournalClosed)


class OrderSocket:
    """The daemon's end of the socket."""

    def __init__(self, path: Path, office: Office, roster: Roster) -> None:
        self._path = path
        self._office = office
        self._roster = roster
        self._open = 0

    async def run(self) -> None:
        """Answer until cancelled; then the socket is gone."""
        server = await asyncio.start_unix_server(
            self._talk, sock=bound(self._path), limit=LIMIT_BYTES
        )
        try:
            async with server:
                await server.serve_forever()
        finally:
            self._path.unlink(missing_ok=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: request, answer, request, answer."""
        self._open += 1
        try:
            if self._open <= MOST_CONNECTIONS:
                await self._answer_all(reader, writer)
                await _farewell(reader, writer)
        except (TimeoutError, ConnectionError):
            pass  # it went away, or had nothing to say
        finally:
            self._open -= 1
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            person = person_at(writer.get_extra_info("socket"))
        except Stranger as stranger:
            log.warning("stranger_at_the_socket")
            await _send(writer, refusal(stranger))
            return
        while True:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer, last = await self._answer(reader, person)
                if answer is not None:
                    await _send(writer, answer)
            if last:
                return

    async def _answer(
        self, reader: asyncio.StreamReader, person: str
    ) -> tuple[dict[str, object] | None, bool]:
        """The answer to the next line, and whether nothing can follow it."""
        try:
            said = await read_line(reader)
            if said is None:
                return None, True
            account = self._account(said, person)
            request = request_of(said)
            result = await self._office.carry_out(request, account)
        except _REFUSALS as refused:
            return refusal(refused), isinstance(refused, LineRefused)
        if not isinstance(request, Status):
            log.info(
                "order_carried_out", verb=request.verb, by=account.person, account=account.name
            )
        return {"ok": True, "result": dict(result)}, False

    def _account(self, said: object, user: str) -> Account:
        """Whoever brings a token is whom it names; else the kernel's word counts.

        A user whom the settings do not name has no role: it may look, and stop. Raises
        TokenUnknown.
        """
        token = said.pop("token", None) if isinstance(said, dict) else None
        if token is None:
            return self._roster.of_user(user) or Account(name=user, person=user)
        account = self._roster.of_token(str(token).encode())
        if account is None:
            raise TokenUnknown
        return account


def refusal(error: Exception) -> dict[str, object]:
    """An error as an answer: its name for programs, its message for people."""
    message = str(error) or " ".join((type(error).__doc__ or "").split())
    return {"ok": False, "error": type(error).__name__, "message": message}


async def _send(writer: asyncio.StreamWriter, answer: dict[str, object]) -> None:
    writer.write(written(answer))
    await writer.drain()


async def _farewell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let the other end read its answer: closing over unread bytes would take it away."""
    writer.write_eof()
    async with asyncio.timeout(FAREWELL_SECONDS):
        for _ in range(FAREWELL_READS):
            if not await reader.read(LIMIT_BYTES):
                return
