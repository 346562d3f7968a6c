"""What runs beside the watch in its own loop: HTTP, and the socket for orders."""

import asyncio
import os
import secrets
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watchkeeper.bootstrap.data_directory import API_TOKEN, SOCKET, write_private
from watchkeeper.bootstrap.running import Running, Surfaces
from watchkeeper.interfaces.http.doors import doors_of
from watchkeeper.interfaces.http.server import Listener, serve
from watchkeeper.interfaces.http.sign_in import SignIn
from watchkeeper.interfaces.socket.office import NotReloaded, Office, in_class
from watchkeeper.interfaces.socket.server import OrderSocket
from watchkeeper.interfaces.views.authority import acting_alone
from watchkeeper.interfaces.views.plain import at

Tell = Callable[[Running, str, Sequence[str]], None]
"""Called once everything listens: the one-time link to the status page, and what may act alone."""


def beside(listener: Listener, tell: Tell) -> Surfaces:
    """The surfaces over a socket that is bound already, so that a taken address is told at once."""

    async def surfaces(running: Running) -> None:
        sign_in = SignIn(running.clock)
        acting = await acting_alone(running.journal)
        doors = doors_of(running, api_token(running.data_dir), sign_in)
        orders = OrderSocket(running.data_dir / SOCKET, office_of(running))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(doors, listener))
                group.create_task(orders.run())
                tell(running, f"{listener.url}/sign-in/{sign_in.link()}", acting)
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # one line is enough for whoever started it

    return surfaces


def office_of(running: Running) -> Office:
    """The office of a running watch."""

    async def library() -> Container[str]:
        return running.knowledge.runbooks()

    async def servers_of(server_class: str) -> int:
        return in_class(running.knowledge.estate().estate, server_class)

    return Office(
        journal=running.journal,
        page=running.page,
        identifiers=running.identifiers,
        clock=running.clock,
        library=library,
        servers_of=servers_of,
        watch=RunningWatch(running),
    )


@dataclass(frozen=True)
class RunningWatch:
    """What can be asked of the watch itself."""

    running: Running

    async def reload(self) -> str:
        """Read the estate and the runbooks again. Raises NotReloaded."""
        try:
            return await self.running.reload()
        except ValueError as refused:  # of a file that cannot be used: its message says which
            raise NotReloaded(str(refused)) from None

    async def status(self) -> Mapping[str, object]:
        """How it is, in a few numbers."""
        running = self.running
        estate = running.knowledge.estate().estate
        return {
            "running": True,
            "pid": os.getpid(),
            "version": running.version,
            "started_at": at(running.started_at),
            "cycles": running.gauges.cycles,
            "fit_to_act": running.gauges.all_counts().get("fit_to_act") != 0.0,
            "entries": (await running.journal.head()).size,
            "servers": len(estate.servers),
            "services": len(estate.services),
            "runbooks": len(running.knowledge.runbooks()),
        }


def api_token(folder: Path) -> str:
    """The token of whoever may read the API: made at the first start, and kept."""
    path = folder / API_TOKEN
    with suppress(FileExistsError):
        write_private(path, secrets.token_urlsafe(32) + "\n")
    return path.read_text(encoding="utf-8").strip()
