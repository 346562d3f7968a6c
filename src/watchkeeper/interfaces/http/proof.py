"""Who is asking: a bearer token or a signature over the body, compared in constant time."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.estate import Server
from watchkeeper.interfaces.http.problem import Refused

SIGNATURE_HEADER = "x-watchkeeper-signature"  # t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">
SIGNATURE_AGE_SECONDS = 300  # older or newer ones are refused: a recording cannot be replayed

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="watchkeeper"'}


@dataclass(frozen=True, kw_only=True)
class Voice:
    """An alerting system: how it proves itself, and the servers that it may speak for.

    With both a token and a key it has to bring both.
    """

    name: str
    token: bytes = b""
    key: bytes = b""
    targets: frozenset[str] = frozenset()
    server_class: str = ""

    def speaks_for(self, server: Server) -> bool:
        """Whether it may say something about this server."""
        if self.server_class:
            return server.server_class == self.server_class
        return server.name in self.targets


def proven(
    voices: Iterable[Voice], headers: Mapping[str, str], body: bytes, now: datetime
) -> Voice:
    """The voice that this request is. Every voice is compared, whoever it is. Raises Refused."""
    token = bearer(headers)
    signature = _signature(headers.get(SIGNATURE_HEADER, ""))
    found: Voice | None = None
    for voice in voices:
        good = bool(voice.token or voice.key)
        if voice.token:
            good &= same(voice.token, token)
        if voice.key:
            good &= _signed(voice.key, signature, body, now)
        found = voice if good else found
    if found is None:
        raise unproven()
    return found


def bearer(headers: Mapping[str, str]) -> bytes:
    """The bearer token of a request; empty when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip().encode("utf-8", "replace") if scheme.lower() == "bearer" else b""


def same(one: bytes, other: bytes) -> bool:
    """Whether two secrets are equal, in a time that depends on neither. Nothing equals nothing."""
    alike = hmac.compare_digest(hashlib.sha256(one).digest(), hashlib.sha256(other).digest())
    return alike and bool(one)


def unproven() -> Refused:
    """The answer to whoever cannot say who it is; it does not tell what was wrong."""
    return Refused(401, "a valid token or signature is required", headers=_CHALLENGE)


def signature_of(key: bytes, body: bytes, at: datetime) -> str:
    """The signature header's value for a body sent at an instant."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_mac(key, stamp, body)}"


def _mac(key: bytes, stamp: str, body: bytes) -> str:
    return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _signature(header: str) -> tuple[str, str]:
    """The stamp and the code of a signature header; empty where it has none."""
    pairs = (part.partition("=") for part in header[:512].split(","))
    parts = {key.strip(): value.strip() for key, _, value in pairs}
    return parts.get("t", ""), parts.get("v1", "")


def _signed(key: bytes, signature: tuple[str, str], body: bytes, now: datetime) -> bool:
    stamp, code = signature
    timely = (
        stamp.isascii()
        and stamp.isdigit()
        and len(stamp) <= 12
        and abs(now.timestamp() - int(stamp)) <= SIGNATURE_AGE_SECONDS
    )
    return same(_mac(key, stamp if timely else "0", body).encode(), code.encode()) and timely
