"""Asks a running watch."""

import socket
from collections.abc import Mapping
from pathlib import Path

import msgspec

from watchkeeper.interfaces.socket.address import connected
from watchkeeper.interfaces.socket.line import written
from watchkeeper.interfaces.socket.requests import Request

PATIENCE_SECONDS = 20.0
LONGEST_ANSWER_BYTES = 1_048_576


class NobodyListens(Exception):
    """No watch is running on this data directory."""


class WatchDoesNotAnswer(Exception):
    """A watch holds this data directory and does not answer; look at its log, or stop it."""


class Refusal(Exception):
    """The watch refused; ``error`` is the name of the reason."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


def asked(path: Path, request: Request, token: str = "") -> Mapping[str, object]:
    """The result of a request, in the name of the token where one is given.

    Raises NobodyListens, WatchDoesNotAnswer, Refusal.
    """
    said = request.model_dump(mode="json") | ({"token": token} if token else {})
    try:
        connection = connected(path)
    except (FileNotFoundError, ConnectionRefusedError):
        raise NobodyListens from None
    with connection:
        connection.settimeout(PATIENCE_SECONDS)
        try:
            connection.sendall(written(said))
            answer = msgspec.json.decode(_line(connection), type=dict[str, object])
        except (OSError, ValueError):
            raise WatchDoesNotAnswer from None
    return _result(answer)


def _result(answer: Mapping[str, object]) -> Mapping[str, object]:
    result = answer.get("result")
    if answer.get("ok") is True and isinstance(result, dict):
        return result
    raise Refusal(str(answer.get("error")), str(answer.get("message")))


def _line(connection: socket.socket) -> bytes:
    parts = bytearray()
    while not parts.endswith(b"\n"):
        part = connection.recv(65_536)
        if not part or len(parts) > LONGEST_ANSWER_BYTES:
            raise WatchDoesNotAnswer
        parts += part
    return bytes(parts)
