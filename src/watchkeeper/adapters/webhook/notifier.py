"""Messages to people as JSON, posted to a URL."""

import msgspec

from watchkeeper.adapters.wire.client import WireClient
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.domain.notice import Notice


class WebhookNotifier:
    """Posts each message with its ``id``, ``kind``, ``at``, ``text``, ``incident`` and ``see``."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._wire = WireClient(endpoint)

    async def notify(self, notice: Notice) -> None:
        """Post one message. Raises SourceUnavailable."""
        await self._wire.send("POST", "", msgspec.json.encode(notice))

    async def check(self) -> None:
        """Open a connection and say nothing. Raises SourceUnavailable."""
        await self._wire.reach()

    async def close(self) -> None:
        """Close its connections."""
        await self._wire.close()
