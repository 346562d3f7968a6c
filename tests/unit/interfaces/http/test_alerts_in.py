"""Alerts and events from outside, over real HTTP: proved, placed by the estate, told once."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.interfaces.http.posting import (
    DEPLOYMENT,
    EVENTS,
    FIRING,
    FOREIGN,
    KEY,
    OTHER,
    RESOLVED,
    TOKEN,
    WEBHOOK,
    Surface,
    group,
    surface,
)
from tests.unit.interfaces.standing import NOW, Installation
from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.blob import opened
from watchkeeper.domain.estate import Estate, Server
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.interfaces.http.bounded import LIMIT_BYTES
from watchkeeper.interfaces.http.proof import signature_of

RECORDED = Path(__file__).parent / "recorded"  # what Alertmanager 0.25.0 (Debian) posted


@pytest.fixture
def place() -> Installation:
    return Installation()


def raised(place: Installation) -> list[AlertRaised]:
    return [e.body for e in place.entries() if isinstance(e.body, AlertRaised)]


async def test_a_firing_alert_is_told_of_the_item_that_the_estate_names(
    place: Installation,
) -> None:
    async with surface(place) as web:
        answer = await web.post(WEBHOOK, group(FIRING))
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "unchanged": 0})
    (alert,) = raised(place)
    (anomaly,) = alert.anomalies
    assert (alert.server, alert.source) == ("web-1", "alertmanager:alertmanager")
    assert (anomaly.kind, anomaly.part) == (AnomalyKind.EXTERNAL, "shop")
    assert alert.severity is AlertSeverity.CRITICAL
    assert anomaly.rule == "alertmanager/ProbeFailed"
    assert str(place.entries()[0].actor) == "source:alertmanager"
    assert "the shop does not answer" in opened(place.disk.blobs[alert.details])


async def test_a_request_that_is_repeated_changes_nothing(place: Installation) -> None:
    async with surface(place) as web:
        await web.post(WEBHOOK, group(FIRING))
        again = await web.post(WEBHOOK, group(FIRING))
        numbers = FIRING | {"annotations": {"summary": "26.49 % left"}}
        other_text = await web.post(WEBHOOK, group(numbers))
    assert again.json() == {"accepted": 0, "unchanged": 1}
    assert other_text.json() == {"accepted": 0, "unchanged": 1}
    assert place.kinds() == ["alert.raised"]


async def test_a_firing_group_can_hold_resolved_alerts(place: Installation) -> None:
    async with surface(place) as web:
        await web.post(WEBHOOK, group(FIRING, OTHER))
        answer = await web.post(WEBHOOK, group(RESOLVED, OTHER))
        again = await web.post(WEBHOOK, group(RESOLVED, OTHER))
    assert answer.json() == {"accepted": 1, "unchanged": 1}
    assert again.json() == {"accepted": 0, "unchanged": 2}
    assert place.kinds() == ["alert.raised", "alert.raised", "alert.resolved"]
    resolved = place.entries()[-1].body
    assert isinstance(resolved, AlertResolved)
    assert resolved.resolved_at == NOW - timedelta(seconds=1.867)


async def test_an_alert_that_fires_again_is_raised_again(place: Installation) -> None:
    async with surface(place) as web:
        for body in (group(FIRING), group(RESOLVED), group(FIRING)):
            await web.post(WEBHOOK, body)
    assert place.kinds() == ["alert.raised", "alert.resolved", "alert.raised"]


async def test_the_late_end_of_an_earlier_alert_does_not_end_this_one(place: Installation) -> None:
    newer = FIRING | {"startsAt": "2026-11-24T03:59:59Z"}
    async with surface(place) as web:
        await web.post(WEBHOOK, group(newer))
        late = await web.post(WEBHOOK, group(RESOLVED))
    assert late.json() == {"accepted": 0, "unchanged": 1}
    assert place.kinds() == ["alert.raised"]


async def test_a_severity_that_rises_is_an_update(place: Installation) -> None:
    milder = FIRING | {"labels": FIRING["labels"] | {"severity": "warning"}}
    async with surface(place) as web:
        await web.post(WEBHOOK, group(milder))
        await web.post(WEBHOOK, group(FIRING))
    update = place.entries()[-1].body
    assert isinstance(update, AlertUpdated)
    assert update.severity is AlertSeverity.CRITICAL


async def test_the_good_part_of_a_batch_is_kept_and_the_rest_is_named(place: Installation) -> None:
    broken = OTHER | {"startsAt": "yesterday"}
    unlisted = OTHER | {"labels": {"instance": "10.0.0.9:9100"}, "fingerprint": "aa"}
    nameless = OTHER | {"labels": {"alertname": "x"}, "fingerprint": "bb"}
    async with surface(place) as web:
        answer = await web.post(WEBHOOK, group(FIRING, broken, FOREIGN, unlisted, nameless))
    assert answer.status_code == 207
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["accepted"] == 1
    assert {fault["pointer"] for fault in told["errors"]} == {
        "/alerts/1/startsAt",
        "/alerts/2/labels",
        "/alerts/3/labels",
        "/alerts/4/labels",
    }
    details = " ".join(fault["detail"] for fault in told["errors"])
    assert "alertmanager may not speak for db-1" in details
    assert "'10.0.0.9:9100' is no server or service of the estate" in details
    assert [alert.server for alert in raised(place)] == ["web-1"]


async def test_a_label_never_says_what_is_acted_on(place: Installation) -> None:
    """Every label that could name another machine does; the instance alone is looked up."""
    lying = FIRING | {
        "labels": {
            "alertname": "probe_success",
            "instance": "127.0.0.1:9100",
            "host": "db-1",
            "server": "db-1",
            "service": "stock",
            "target": "db-1",
        }
    }
    async with surface(place) as web:
        await web.post(WEBHOOK, group(lying))
    (alert,) = raised(place)
    assert alert.server == "web-1"
    assert alert.anomalies[0].part == "", "stock is no service of web-1"
    assert alert.anomalies[0].metric == "external", "an alert's name is no metric of ours"


async def test_no_source_can_speak_into_the_stream_of_another(place: Installation) -> None:
    place.knowledge.learn(
        Estate(servers=(Server(name="web-1", server_class="database", instances=("i:1",)),)), ()
    )
    body = group(FIRING | {"labels": {"instance": "i:1"}})
    async with surface(place) as web:
        await web.post(WEBHOOK, body)
        await signed(web, body)
        resolved = await web.post(WEBHOOK, group(RESOLVED | {"labels": {"instance": "i:1"}}))
    assert resolved.json()["accepted"] == 1
    fingerprints = {alert.fingerprint for alert in raised(place)}
    assert len(fingerprints) == 2, "the same fingerprint of two sources is two alerts"
    assert len(await place.journal.open_streams("alert")) == 1


async def signed(web: Surface, body: Any, key: bytes = KEY, late: int = 0) -> Any:
    """Post with a signature instead of a token."""
    content = json.dumps(body).encode()
    at = web.doors.clock.now() + timedelta(seconds=late)
    headers = {"X-Watchkeeper-Signature": signature_of(key, content, at)}
    return await web.client.post(WEBHOOK, content=content, headers=headers)


async def test_a_signature_over_the_body_is_as_good_as_a_token(place: Installation) -> None:
    body = group(FOREIGN)
    async with surface(place) as web:
        good = await signed(web, body)
        recorded = await signed(web, body, late=-301)
        early = await signed(web, body, late=301)
        forged = await signed(web, body, key=b"another key")
    assert good.json() == {"accepted": 1, "unchanged": 0}
    assert [answer.status_code for answer in (recorded, early, forged)] == [401, 401, 401]
    assert [alert.server for alert in raised(place)] == ["db-1"]


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], "ü"])
async def test_nobody_posts_unproven_also_on_loopback(place: Installation, token: str) -> None:
    async with surface(place) as web:
        headers = {b"Authorization": f"Bearer {token}".encode()} if token else {}
        for path, body in ((WEBHOOK, group(FIRING)), (EVENTS, DEPLOYMENT)):
            answer = await web.client.post(path, json=body, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert TOKEN not in answer.text
    assert place.disk.records == []


async def test_the_readers_token_does_not_post(place: Installation) -> None:
    async with surface(place) as web:
        assert (
            await web.post(WEBHOOK, group(FIRING), token="token-of-a-reader")
        ).status_code == 401


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "not JSON"),
        (b"\xff\xfe", 400, "not JSON"),
        (b"[" * 100_000, 400, "deeper"),
        (b'{"version":"4","alerts":' + b"[" * 20 + b"]" * 20 + b"}", 400, "deeper"),
        (b"NaN", 400, "not JSON"),
        (b"[]", 422, "must be an object"),
        (b'{"version":"3","alerts":[]}', 422, "/version"),
        (b'{"version":"4","alerts":{}}', 422, "/alerts"),
        (b'{"version":"4","alerts":[7]}', 422, "/alerts/0"),
        (b'{"version":"4","alerts":[{}]}', 422, "/alerts/0/status"),
        (b'{"version":"4"' + b" " * LIMIT_BYTES + b"}", 413, "longer"),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_problem_that_says_why(
    place: Installation, content: bytes, status: int, says: str
) -> None:
    async with surface(place) as web:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await web.client.post(WEBHOOK, content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.text
    assert place.disk.records == []


async def test_a_body_that_does_not_end_is_cut_off(place: Installation) -> None:
    """No length is announced; the answer comes once the limit is passed."""
    async with surface(place) as web:
        host, port = web.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = (
            f"POST {WEBHOOK} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {TOKEN}\r\n"
        )
        writer.write(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(LIMIT_BYTES // 65_536):
            writer.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        assert (await reader.readline()).startswith(b"HTTP/1.1 413")
        writer.close()


async def test_a_packed_body_is_refused(place: Installation) -> None:
    async with surface(place) as web:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Encoding": "gzip"}
        answer = await web.client.post(WEBHOOK, content=b"x", headers=headers)
    assert answer.status_code == 415


async def test_only_so_many_alerts_are_looked_at(place: Installation) -> None:
    many = [OTHER | {"fingerprint": f"{n:016x}"} for n in range(1001)]
    slim = [{k: v for k, v in alert.items() if k != "annotations"} for alert in many]
    async with surface(place) as web:
        answer = await web.post(WEBHOOK, group(*slim))
    assert answer.status_code == 207
    assert answer.json()["accepted"] == 1000
    assert answer.json()["errors"][0]["pointer"] == "/alerts"


async def test_an_alert_from_the_future_is_refused(place: Installation) -> None:
    ahead = FIRING | {"startsAt": "2026-11-24T05:00:00Z"}
    slightly = OTHER | {"startsAt": "2026-11-24T04:04:00Z"}
    impossible = OTHER | {"startsAt": "0001-01-01T00:00:00+14:00", "fingerprint": "cc"}
    async with surface(place) as web:
        answer = await web.post(WEBHOOK, group(ahead, slightly, impossible))
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/alerts/0/startsAt",
        "/alerts/2/startsAt",
    ]
    (alert,) = raised(place)
    assert alert.started_at == NOW, "never later than now"


async def test_text_that_could_steer_a_terminal_stays_in_the_text(place: Installation) -> None:
    nasty = FIRING | {
        "labels": FIRING["labels"] | {"alertname": "\x1b[2J\u202e'; DROP TABLE alerts;--"},
        "annotations": {"summary": "password=hunter2hunter2 \u0000"},
    }
    async with surface(place) as web:
        assert (await web.post(WEBHOOK, group(nasty))).status_code == 200
    (alert,) = raised(place)
    assert alert.anomalies[0].rule == "alertmanager/__2J____DROP_TABLE_alerts_--"
    assert "hunter2" not in opened(place.disk.blobs[alert.details])


async def test_two_deliveries_at_the_same_time_tell_it_once(place: Installation) -> None:
    async with surface(place) as web:
        answers = await asyncio.gather(*(web.post(WEBHOOK, group(FIRING)) for _ in range(8)))
    assert sum(answer.json()["accepted"] for answer in answers) == 1
    assert place.kinds() == ["alert.raised"]


async def test_a_journal_that_is_closed_asks_to_send_it_again(place: Installation) -> None:
    async with surface(place) as web:
        await web.post(WEBHOOK, group(OTHER))
        place.journal.fence()
        answer = await web.post(WEBHOOK, group(FIRING))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


async def test_an_estate_that_was_loaded_again_counts_at_once(place: Installation) -> None:
    unlisted = FIRING | {"labels": {"instance": "10.0.0.9:9100"}}
    async with surface(place) as web:
        assert (await web.post(WEBHOOK, group(unlisted))).status_code == 422
        place.knowledge.learn(
            Estate(servers=(Server(name="web-1", instances=("10.0.0.9:9100",)),)), ()
        )
        assert (await web.post(WEBHOOK, group(unlisted))).status_code == 200


async def test_events_are_told_once_by_the_senders_id(place: Installation) -> None:
    async with surface(place) as web:
        first = await web.post(EVENTS, DEPLOYMENT)
        again = await web.post(EVENTS, [DEPLOYMENT, DEPLOYMENT | {"id": "deploy-18"}])
    assert first.json() == {"accepted": 1, "unchanged": 0}
    assert again.json() == {"accepted": 1, "unchanged": 1}
    held = await place.journal.held("event/alertmanager")
    assert held is not None
    assert [told.id for told in held.state.recent] == ["deploy-17", "deploy-18"]
    assert place.entries()[0].stream == "event/alertmanager"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"item": "stock"}, "/1/item"),  # of a server that this source may not speak for
        ({"item": "nobody"}, "/1/item"),
        ({"event": "reboot"}, "/1/event"),
        ({"happened_at": "2026-09-01T00:00:00Z"}, "/1/happened_at"),
        ({"happened_at": "2026-11-24T04:06:00Z"}, "/1/happened_at"),
        ({"happened_at": "2026-11-24T04:00:00"}, "/1/happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "/1/happened_at"),
        ({"id": ""}, "/1/id"),
        ({"by": "root"}, "/1/by"),
    ],
)
async def test_an_event_that_is_wrong_is_named_and_the_others_are_kept(
    place: Installation, change: dict[str, str], pointer: str
) -> None:
    async with surface(place) as web:
        answer = await web.post(EVENTS, [DEPLOYMENT, DEPLOYMENT | {"id": "x"} | change])
    assert answer.status_code == 207
    assert answer.json()["accepted"] == 1
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_single_event_that_is_wrong_is_named_without_an_index(place: Installation) -> None:
    async with surface(place) as web:
        answer = await web.post(EVENTS, DEPLOYMENT | {"item": "nobody"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/item"


@pytest.mark.recorded("alertmanager")
async def test_what_a_real_alertmanager_posted_is_understood(place: Installation) -> None:
    """Five of its bodies, in the order in which they were posted."""
    place.knowledge.learn(
        Estate(
            servers=tuple(
                Server(name=name, server_class="database", instances=(f"127.0.0.1:1910{n}",))
                for n, name in enumerate(("web-01", "db-01", "stg-01"), 1)
            )
        ),
        (),
    )
    accepted = []
    async with surface(place) as web:
        for name in (
            "firing_group_of_3",
            "partly_resolved_group",
            "firing_instance_down",
            "resolved_instance_down",
            "firing_posted_through_api",
        ):
            answer = await signed(web, json.loads((RECORDED / f"{name}.json").read_text()))
            assert answer.status_code == 200, answer.text
            accepted.append(answer.json()["accepted"])
    assert accepted == [3, 1, 1, 1, 1]
    assert len(await place.journal.open_streams("alert")) == 3
