"""Whether these credentials could silence an Alertmanager: asked without silencing anything."""

import json

from watchkeeper.adapters.wire.client import WireClient
from watchkeeper.adapters.wire.endpoint import Endpoint

SILENCES = "/api/v2/silences"
TRIES = (f"POST {SILENCES} with a silence that was over long ago, about no alert",)

_OVER = {
    "matchers": [{"name": "alertname", "value": "WatchkeeperProbe", "isRegex": False}],
    "startsAt": "2000-01-01T00:00:00Z",
    "endsAt": "2000-01-01T00:00:01Z",
    "createdBy": "watchkeeper doctor",
    "comment": "tried and refused: over before it began",
}
_ARRIVED = (200, 400)  # it looked at the silence: a current one would have been taken


async def alertmanager_writes(endpoint: Endpoint) -> tuple[str, ...]:
    """What could be silenced; nothing: it may not. Raises SourceUnavailable."""
    client = WireClient(endpoint)
    try:
        answer = await client.answered("POST", SILENCES, json.dumps(_OVER).encode())
    finally:
        await client.close()
    return ("alerts may be silenced",) if answer.status in _ARRIVED else ()
