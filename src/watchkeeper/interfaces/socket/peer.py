"""Who is at the other end of a Unix socket: the kernel says so, nobody can claim it."""

import os
import pwd
import socket
import struct

_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid (unix(7))


class Stranger(Exception):
    """Only the owner of the data directory and root may give orders here."""


def person_at(connection: socket.socket) -> str:
    """The user name at the other end. Raises Stranger when it is neither the owner nor root."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, uid, _ = _CREDENTIALS.unpack(credentials)
    if uid not in (0, os.geteuid()):
        raise Stranger
    return user_name(uid)


def user_name(uid: int) -> str:
    """A user's name, or ``uid-1234`` where the system has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"


def own_name() -> str:
    """The name of whoever runs this process."""
    return user_name(os.geteuid())
