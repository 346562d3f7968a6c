"""How the wire fails, in the words of the ports."""

import socket
import ssl
from collections.abc import Iterator

import httpx2

from watchkeeper.adapters.wire.text import one_line
from watchkeeper.ports.errors import SourceUnavailable

DETAIL_LIMIT = 200  # characters of a foreign error text that are repeated


class AnswerTooLarge(SourceUnavailable):
    """The answer is larger than the endpoint's limit: a smaller question may be answered."""


def failure_of(error: Exception) -> tuple[str, str]:
    """The word and the reason for a failed exchange.

    Only the kind of the error speaks: its own text may hold addresses, headers or foreign bytes.
    """
    causes = tuple(_causes(error))
    for kind, word, reason in _KINDS:
        if any(isinstance(cause, kind) for cause in causes):
            return word, reason
    return "refused", f"the connection failed ({type(error).__name__})"


def status_failure(status: int, detail: str = "") -> tuple[str, str]:
    """The word and the reason for an answer that is no success. ``detail`` is foreign text."""
    said = f"answers {status}"
    if detail:
        said += f": {one_line(detail, DETAIL_LIMIT)}"
    return _WORD_OF_STATUS.get(status, "refused" if status >= 500 else "malformed"), said


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


_WORD_OF_STATUS = {
    401: "denied",
    403: "denied",
    407: "denied",
    404: "absent",
    410: "absent",
    408: "timeout",
    504: "timeout",
    429: "refused",
}

_KINDS: tuple[tuple[type[BaseException], str, str], ...] = (
    (httpx2.ConnectTimeout, "timeout", "no connection in time"),
    (httpx2.PoolTimeout, "timeout", "no free connection in time"),
    (httpx2.TimeoutException, "timeout", "no answer in time"),
    (TimeoutError, "timeout", "no answer in time"),
    (ssl.SSLCertVerificationError, "denied", "its certificate is not trusted"),
    (ssl.SSLError, "malformed", "does not speak TLS as expected"),
    (socket.gaierror, "absent", "its host name is not known"),
    (httpx2.ConnectError, "refused", "the connection was refused"),
    (httpx2.RemoteProtocolError, "malformed", "the answer is cut short or is no HTTP"),
    (httpx2.DecodingError, "malformed", "the answer's compression is broken"),
    (httpx2.ReadError, "refused", "the connection broke"),
)
