"""Messages and signs of life over HTTP: what is sent, and how it fails without telling secrets."""

import asyncio
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.loopback import Request, always, answer, loopback
from watchkeeper.adapters.webhook.heartbeat import UrlHeartbeat
from watchkeeper.adapters.webhook.notifier import WebhookNotifier
from watchkeeper.adapters.wire.credentials import Bearer, FromFile
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.domain.notice import Notice, NoticeKind
from watchkeeper.ports.errors import SourceUnavailable

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TOKEN = "tok-S3cr3tS3cr3tS3cr3t"
NOTICE = Notice(id="7-acted", kind=NoticeKind.ACTED, at=NOON, text="Done.", incident="I1")


async def test_a_message_is_one_json_object_with_its_token(tmp_path: Path) -> None:
    seen: list[Request] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request)
        writer.write(answer(b"", status=204))

    (tmp_path / "token").write_text(TOKEN)
    async with loopback(respond) as url:
        credentials = Bearer(token=FromFile(path=tmp_path / "token"))
        endpoint = Endpoint(source="notifications", url=f"{url}/pages", credentials=credentials)
        notifier = WebhookNotifier(endpoint)
        await notifier.notify(NOTICE)
        await notifier.close()
    assert seen[0].path == "/pages"
    assert seen[0].headers["content-type"] == "application/json"
    assert seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert seen[0].body == (
        b'{"id":"7-acted","kind":"acted","at":"2026-03-04T12:00:00Z","text":"Done.",'
        b'"incident":"I1","see":""}'
    )


@pytest.mark.parametrize(
    ("status", "word"),
    [(302, "malformed"), (400, "malformed"), (401, "denied"), (404, "absent"), (500, "refused")],
)
async def test_whatever_is_no_success_has_not_arrived(status: int, word: str) -> None:
    more = "Location: /elsewhere\r\n" if status == 302 else ""
    async with loopback(always(answer(b"", status=status, more=more))) as url:
        notifier = WebhookNotifier(Endpoint(source="notifications", url=url))
        with pytest.raises(SourceUnavailable) as caught:
            await notifier.notify(NOTICE)
        await notifier.close()
    assert caught.value.word == word


async def test_a_url_that_is_a_secret_is_in_no_failure() -> None:
    async with loopback(always(answer(b"", status=500))) as url:
        heartbeat = UrlHeartbeat(Endpoint(source="heartbeat", url=f"{url}/{TOKEN}"), "GET")
        with pytest.raises(SourceUnavailable) as caught:
            await heartbeat.beat(NOON)
        await heartbeat.close()
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_ping_keeps_the_address_as_it_was_given(method: str) -> None:
    seen: list[Request] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request)
        writer.write(answer(b"OK"))

    async with loopback(respond) as url:
        heartbeat = UrlHeartbeat(Endpoint(source="heartbeat", url=f"{url}/ping/"), method)
        await heartbeat.beat(NOON)
        await heartbeat.close()
    assert [(each.method, each.path) for each in seen] == [(method, "/ping/")]


async def test_whether_it_can_be_reached_is_found_out_without_a_word() -> None:
    seen: list[Request] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request)

    async with loopback(respond) as url:
        notifier = WebhookNotifier(Endpoint(source="notifications", url=url))
        await notifier.check()
    assert seen == []
    with pytest.raises(SourceUnavailable) as caught:
        await notifier.check()
    assert caught.value.word == "refused"
