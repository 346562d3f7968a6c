import asyncio
import json
from datetime import UTC, datetime

import pytest

from tests.loopback import Request, always, answer, loopback
from watchkeeper.adapters.alertmanager.heartbeat import AlertmanagerHeartbeat
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.ports.errors import SourceUnavailable

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


async def test_a_beat_lets_the_watchdog_fire_until_three_more_were_missed() -> None:
    seen: list[Request] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request)
        writer.write(answer(b""))

    async with loopback(respond) as url:
        heartbeat = AlertmanagerHeartbeat(Endpoint(source="heartbeat", url=url), 60.0, "north")
        await heartbeat.check()
        await heartbeat.beat(NOON)
        await heartbeat.close()
    assert [each.path for each in seen] == ["/api/v2/alerts"]
    [alert] = json.loads(seen[0].body)
    assert alert["labels"] == {
        "alertname": "Watchdog",
        "source": "watchkeeper",
        "severity": "none",
        "installation": "north",
    }
    assert alert["endsAt"] == "2026-03-04T12:03:00+00:00"


async def test_an_alertmanager_that_refuses_it_says_so() -> None:
    async with loopback(always(answer(b"{}", status=400))) as url:
        heartbeat = AlertmanagerHeartbeat(Endpoint(source="heartbeat", url=url), 60.0, "")
        with pytest.raises(SourceUnavailable, match="answers 400"):
            await heartbeat.beat(NOON)
        await heartbeat.close()
