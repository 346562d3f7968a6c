"""Where the socket is. Its path may be longer than the 107 bytes that a Unix address can hold."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST = 107  # bytes (unix(7): sun_path, with its ending zero)


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """An address of the path that fits; good as long as the block lasts."""
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connected(path: Path) -> socket.socket:
    """A connection to whoever listens there. Raises FileNotFoundError, ConnectionRefusedError."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with reachable(path) as address:
            connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def bound(path: Path) -> socket.socket:
    """A listening socket that only its owner can reach; one left by a dead process is replaced.

    Whoever calls this holds the data directory, so nobody else is listening.
    """
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with reachable(path) as address:
        listener.bind(address)
        os.chmod(address, 0o600)  # noqa: PTH101 the address may run through /proc
    listener.listen(16)
    listener.setblocking(False)
    return listener
