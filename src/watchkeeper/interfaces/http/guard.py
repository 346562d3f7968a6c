"""Who may even knock: a browser page from elsewhere can neither name us nor post to us.

A request must be addressed to the address we listen on (DNS rebinding names another), and one that
a web page sent must come from a page of our own.
"""

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

from watchkeeper.interfaces.http.problem import Refused, refusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Guard:
    """ASGI middleware over everything that is served."""

    def __init__(self, app: ASGIApp, *, names: frozenset[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it through, or answer 421 (Host) or 403 (Origin)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refused(list(scope["headers"]))
        if refused:
            await refusal(refused)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refused(self, headers: list[tuple[bytes, bytes]]) -> Refused | None:
        hosts = list(_values(headers, b"host"))
        if len(hosts) != 1 or hosts[0] not in self._names:
            return Refused(421, "this is not the address that Watchkeeper listens on")
        for origin in _values(headers, b"origin"):
            scheme, _, host = origin.partition("://")
            if scheme not in ("http", "https") or host not in self._names:
                return Refused(403, "requests of another site's pages are refused")
        return None


def own_names(host: str, port: int) -> frozenset[str]:
    """How one may call a loopback listener: by its address, by localhost, on its port."""
    bracketed = f"[{host}]" if ":" in host else host
    return frozenset(f"{name}:{port}" for name in (bracketed, "localhost", "127.0.0.1", "[::1]"))


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> Iterator[str]:
    return (value.decode("latin-1").lower() for key, value in headers if key.lower() == name)
