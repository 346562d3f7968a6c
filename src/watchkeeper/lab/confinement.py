"""Nothing leaves a simulation: threads, sockets and programs raise while its loop runs."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

FORBIDDEN = frozenset(
    {
        "socket.__new__",
        "socket.getaddrinfo",
        "subprocess.Popen",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.system",
        "os.exec",
    }
)  # audit events of the interpreter (PEP 578)


class LeftTheSimulation(RuntimeError):
    """Code under simulation tried to open something real."""


def refused(*_: Any, **__: Any) -> NoReturn:
    """Raise LeftTheSimulation."""
    raise LeftTheSimulation("a simulation has no threads, sockets or programs")


class LoopWithoutHands(asyncio.AbstractEventLoop):
    """An event loop that reaches nothing outside of itself."""

    add_reader: Any = refused
    add_signal_handler: Any = refused
    add_writer: Any = refused
    connect_accepted_socket: Any = refused
    connect_read_pipe: Any = refused
    connect_write_pipe: Any = refused
    create_connection: Any = refused
    create_datagram_endpoint: Any = refused
    create_server: Any = refused
    create_unix_connection: Any = refused
    create_unix_server: Any = refused
    default_exception_handler: Any = refused
    get_exception_handler: Any = refused
    get_task_factory: Any = refused
    getaddrinfo: Any = refused
    getnameinfo: Any = refused
    remove_reader: Any = refused
    remove_signal_handler: Any = refused
    remove_writer: Any = refused
    run_in_executor: Any = refused
    sendfile: Any = refused
    set_default_executor: Any = refused
    set_exception_handler: Any = refused
    set_task_factory: Any = refused
    sock_accept: Any = refused
    sock_connect: Any = refused
    sock_recv: Any = refused
    sock_recv_into: Any = refused
    sock_recvfrom: Any = refused
    sock_recvfrom_into: Any = refused
    sock_sendall: Any = refused
    sock_sendfile: Any = refused
    sock_sendto: Any = refused
    start_tls: Any = refused
    subprocess_exec: Any = refused
    subprocess_shell: Any = refused


class _Watch:
    """An audit hook can never be taken away, so there is one, and it looks only when told to."""

    watching = False
    installed = False

    @classmethod
    def hook(cls, event: str, _: tuple[Any, ...]) -> None:
        if cls.watching and event in FORBIDDEN:
            raise LeftTheSimulation(f"{event} in a simulation")


@contextmanager
def confined() -> Iterator[None]:
    """While it lasts, opening a thread, a socket or a program raises LeftTheSimulation."""
    if not _Watch.installed:
        sys.addaudithook(_Watch.hook)
        _Watch.installed = True
    before, start = _Watch.watching, threading.Thread.start
    _Watch.watching = True
    setattr(threading.Thread, "start", refused)  # noqa: B010 - Python 3.11 audits no threads
    try:
        yield
    finally:
        setattr(threading.Thread, "start", start)  # noqa: B010
        _Watch.watching = before
