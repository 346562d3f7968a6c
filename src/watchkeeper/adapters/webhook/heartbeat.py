"""A ping to a URL: whoever listens there pages when the pings stop."""

from datetime import datetime

from watchkeeper.adapters.wire.client import WireClient
from watchkeeper.adapters.wire.endpoint import Endpoint


class UrlHeartbeat:
    """Asks for the URL by GET or POST; every success is a beat that was heard."""

    def __init__(self, endpoint: Endpoint, method: str) -> None:
        self._wire = WireClient(endpoint)
        self._method = method

    async def beat(self, now: datetime) -> None:
        """One ping. Raises SourceUnavailable."""
        del now  # the receiver has a clock of its own
        await self._wire.send(self._method, "")

    async def check(self) -> None:
        """Open a connection and say nothing. Raises SourceUnavailable."""
        await self._wire.reach()

    async def close(self) -> None:
        """Close its connections."""
        await self._wire.close()
