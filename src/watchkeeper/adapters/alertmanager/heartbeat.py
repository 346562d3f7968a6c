"""The ``Watchdog`` alert: it fires as long as the watch is kept, and its end is what pages."""

from datetime import datetime, timedelta

import msgspec

from watchkeeper.adapters.wire.client import WireClient
from watchkeeper.adapters.wire.endpoint import Endpoint

MISSED = 3  # beats that may stay away before the alert ends by itself
PATH = "/api/v2/alerts"
LABELS = {"alertname": "Watchdog", "source": "watchkeeper", "severity": "none"}


class AlertmanagerHeartbeat:
    """Each beat makes the alert last a little longer (Alertmanager's API, version 2)."""

    def __init__(self, endpoint: Endpoint, every_seconds: float, installation: str) -> None:
        self._wire = WireClient(endpoint)
        self._lasts = timedelta(seconds=MISSED * every_seconds)
        self._labels = LABELS | ({"installation": installation} if installation else {})

    async def beat(self, now: datetime) -> None:
        """Let the alert fire until a few beats from now. Raises SourceUnavailable."""
        alert = {
            "labels": self._labels,
            "annotations": {"summary": "Watchkeeper keeps watch; page when this alert ends."},
            "endsAt": (now + self._lasts).isoformat(),
        }
        await self._wire.send("POST", PATH, msgspec.json.encode([alert]))

    async def check(self) -> None:
        """Open a connection and say nothing. Raises SourceUnavailable."""
        await self._wire.reach()

    async def close(self) -> None:
        """Close its connections."""
        await self._wire.close()
