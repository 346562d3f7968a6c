"""What runs beside the watch in its own loop: HTTP, and the socket for orders."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from watchkeeper.bootstrap.data_directory import API_TOKEN, SOCKET, write_private
from watchkeeper.bootstrap.running import Running, Surfaces
from watchkeeper.interfaces.http.doors import doors_of
from watchkeeper.interfaces.http.server import Listener, serve
from watchkeeper.interfaces.http.sign_in import SignIn
from watchkeeper.interfaces.running_office import office_of, roster_in
from watchkeeper.interfaces.socket.server import OrderSocket
from watchkeeper.interfaces.views.authority import acting_alone

Tell = Callable[[Running, str, Sequence[str]], None]
"""Called once everything listens: the one-time link to the status page, and what may act alone."""


def beside(listener: Listener, tell: Tell) -> Surfaces:
    """The surfaces over a socket that is bound already, so that a taken address is told at once."""

    async def surfaces(running: Running) -> None:
        sign_in = SignIn(running.clock)
        acting = await acting_alone(running.journal)
        roster = roster_in(running)
        office = office_of(running, roster.people)
        doors = doors_of(running, api_token(running.data_dir), sign_in)
        orders = OrderSocket(running.data_dir / SOCKET, office, roster)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(doors, listener))
                group.create_task(orders.run())
                tell(running, f"{listener.url}/sign-in/{sign_in.link()}", acting)
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # one line is enough for whoever started it

    return surfaces


def api_token(folder: Path) -> str:
    """The token of whoever may read the API: made at the first start, and kept."""
    path = folder / API_TOKEN
    with suppress(FileExistsError):
        write_private(path, secrets.token_urlsafe(32) + "\n")
    return path.read_text(encoding="utf-8").strip()
