"""Which user may speak as whom: the kernel says who is at the other end, nobody can claim it."""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from watchkeeper.domain.entry import Actor, ActorKind

_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid (unix(7))


class NotYourVoice(Exception):
    """Whoever is at the other end of this socket may not speak as that."""


@dataclass(frozen=True, kw_only=True)
class Speakers:
    """By user id: the kinds of speakers that its processes are. Nobody else is let in."""

    by_user: Mapping[int, frozenset[ActorKind]]

    def of(self, connection: socket.socket) -> frozenset[ActorKind]:
        """As whom the other end may speak; empty for a stranger."""
        credentials = connection.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size
        )
        _, user, _ = _CREDENTIALS.unpack(credentials)
        return self.by_user.get(user, frozenset())


def check(actor: Actor, kinds: frozenset[ActorKind]) -> None:
    """Raise NotYourVoice unless the actor is of one of these kinds."""
    if actor.kind not in kinds:
        raise NotYourVoice(f"this process may not speak as {actor.kind}")
