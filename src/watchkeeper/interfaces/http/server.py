"""Uvicorn in the watch's own loop, on a socket that is bound before anything else begins."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from dataclasses import dataclass

import uvicorn

from watchkeeper.interfaces.http.application import application
from watchkeeper.interfaces.http.doors import Doors
from watchkeeper.interfaces.http.guard import Guard, own_names


class CannotListen(Exception):
    """The address is taken; stop whoever listens there, or set http.listen to another one."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A bound socket and the address under which it is reached."""

    socket: socket.socket
    host: str
    port: int

    @property
    def url(self) -> str:
        """``http://127.0.0.1:8600``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def listening(host: str, port: int) -> Listener:
    """Bind the address; port 0 takes a free one. Raises CannotListen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"{host}:{port}: {error}") from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        hint = (CannotListen.__doc__ or "").partition(";")[2].strip()
        raise CannotListen(f"{host}:{port}: {error.strerror}; {hint}") from None
    return Listener(socket=bound, host=host, port=int(bound.getsockname()[1]))


class _Quiet(uvicorn.Server):
    """Uvicorn without signal handlers of its own: the command that started the loop has them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals alone."""
        yield


async def serve(doors: Doors, listener: Listener) -> None:
    """Answer until cancelled, then end the open requests."""
    app = Guard(application(doors), names=own_names(listener.host, listener.port))
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        limit_concurrency=256,
        h11_max_incomplete_event_size=65_536,
    )
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve(sockets=[listener.socket]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
    finally:
        listener.socket.close()
