"""Where a system is, and how it is spoken to."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from watchkeeper.adapters.wire.credentials import ANONYMOUS, Credentials

USER_AGENT = "watchkeeper"  # what access logs call us
TIMEOUT_SECONDS = 10.0
LIMIT_BYTES = 64 * 1024 * 1024


class EndpointWrong(ValueError):
    """What the configuration says of a system cannot work; the message repeats no secret."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One foreign system.

    ``timeout_seconds`` bounds each phase (connect, send, wait for bytes, wait for a connection) and
    the whole exchange; ``limit_bytes`` bounds an answer after decompression.
    """

    source: str
    url: str
    credentials: Credentials = ANONYMOUS
    ca_file: Path | None = None
    timeout_seconds: float = TIMEOUT_SECONDS
    limit_bytes: int = LIMIT_BYTES
    connections: int = 8

    def __post_init__(self) -> None:
        """Raises EndpointWrong."""
        parts = urlsplit(self.url)
        if parts.username is not None or parts.password is not None:
            raise EndpointWrong(f"{self.source}: credentials do not belong into the address")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise EndpointWrong(f"{self.source}: the address must begin with http:// or https://")
        if parts.query or parts.fragment:
            raise EndpointWrong(f"{self.source}: the address must end with its path")
        if self.timeout_seconds <= 0 or self.limit_bytes <= 0 or self.connections <= 0:
            raise EndpointWrong(f"{self.source}: limits must be above zero")

    @property
    def origin(self) -> str:
        """Scheme, host and port: what errors show."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def trust(self) -> ssl.SSLContext:
        """The authorities believed: the given file's, else this machine's. Always verifying.

        Without TLS an empty context, which believes nobody. Raises EndpointWrong.
        """
        if urlsplit(self.url).scheme == "http":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError):
            reason = f"certificate file {self.ca_file} cannot be read"
        raise EndpointWrong(reason)
