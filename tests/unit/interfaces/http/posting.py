"""A real HTTP server over a small watch, and the payloads that other systems post to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

import httpx2

from tests.unit.interfaces.standing import Installation
from watchkeeper.interfaces.http.doors import Doors, doors_of
from watchkeeper.interfaces.http.proof import Voice
from watchkeeper.interfaces.http.server import listening, serve
from watchkeeper.interfaces.http.sign_in import SignIn

WEBHOOK = "/api/v1/webhooks/alertmanager"
EVENTS = "/api/v1/events"
TOKEN = "token-of-alertmanager"
READER = "token-of-a-reader"
KEY = b"key of the signing one"

VOICES = (
    Voice(name="alertmanager", token=TOKEN.encode(), targets=frozenset({"web-1"})),
    Voice(name="signing", key=KEY, server_class="database"),
)

# A group as Alertmanager 0.25 posts it: one firing, one resolved inside a firing group.
FIRING: dict[str, Any] = {
    "status": "firing",
    "labels": {
        "alertname": "ProbeFailed",
        "instance": "http://127.0.0.1:8080/",
        "job": "web",
        "severity": "critical",
    },
    "annotations": {"summary": "the shop does not answer"},
    "startsAt": "2026-11-24T03:58:28.133777642Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus:9090/graph?g0.expr=probe_success",
    "fingerprint": "469bc978bc8a889e",
}
RESOLVED: dict[str, Any] = FIRING | {"status": "resolved", "endsAt": "2026-11-24T03:59:58.133Z"}
OTHER: dict[str, Any] = FIRING | {
    "labels": {"alertname": "HighLoad", "instance": "127.0.0.1:9100", "severity": "warning"},
    "fingerprint": "746c17da91afc5f9",
}
FOREIGN: dict[str, Any] = FIRING | {
    "labels": {"alertname": "ProbeFailed", "instance": "127.0.0.1:9200"},
    "fingerprint": "d8167f598a80ade8",
}
DEPLOYMENT: dict[str, Any] = {
    "id": "deploy-17",
    "event": "deployment",
    "item": "shop",
    "happened_at": "2026-11-24T03:30:00Z",
    "text": "version 2",
    "labels": {"by": "ci"},
}


def group(*alerts: Any, **more: Any) -> dict[str, Any]:
    """A webhook body with these alerts."""
    return {
        "version": "4",
        "groupKey": '{}:{alertname="ProbeFailed"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "watchkeeper",
        "groupLabels": {"alertname": "ProbeFailed"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://vm:19093",
        "alerts": [deepcopy(alert) for alert in alerts],
    } | more


class Surface:
    """The server as a client meets it."""

    def __init__(self, url: str, client: httpx2.AsyncClient, doors: Doors) -> None:
        self.url = url
        self.client = client
        self.doors = doors

    async def post(self, path: str, body: Any, token: str = TOKEN) -> httpx2.Response:
        return await self.client.post(path, json=body, headers=bearer(token))

    async def get(self, path: str, token: str = READER) -> httpx2.Response:
        return await self.client.get(path, headers=bearer(token))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


@asynccontextmanager
async def surface(place: Installation) -> AsyncIterator[Surface]:
    """Uvicorn on a free loopback port, as long as the block lasts."""
    doors = doors_of(place.running, READER, SignIn(place.clock))
    doors = Doors(**{**vars(doors), "voices": VOICES})
    listener = listening("127.0.0.1", 0)
    serving = asyncio.create_task(serve(doors, listener))
    try:
        async with httpx2.AsyncClient(base_url=listener.url, timeout=20) as client:
            yield Surface(listener.url, client, doors)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
