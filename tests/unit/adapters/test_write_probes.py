"""Whether what only reads could write: told by answers like those of the real ones."""

import asyncio

import pytest

from tests.loopback import Request, answer, loopback
from watchkeeper.adapters.alertmanager.write_probe import alertmanager_writes
from watchkeeper.adapters.prometheus.write_probe import prometheus_writes
from watchkeeper.adapters.wire.endpoint import Endpoint

NO_MATCH = b'{"status":"error","errorType":"bad_data","error":"no match[] parameter provided"}'
ADMIN_OFF = b'{"status":"error","errorType":"unavailable","error":"admin APIs disabled"}'
LIFECYCLE = b'{"status":"success","data":{"web.enable-lifecycle":"true"}}'
SHUT = b'{"status":"success","data":{"web.enable-lifecycle":"false"}}'

OPEN = {
    "/api/v1/write": answer(b"", status=204),
    "/api/v1/admin/tsdb/delete_series": answer(NO_MATCH, status=400),
    "/api/v1/status/flags": answer(LIFECYCLE),
}
CLOSED = {
    "/api/v1/write": answer(b"remote write receiver needs to be enabled", status=404),
    "/api/v1/admin/tsdb/delete_series": answer(ADMIN_OFF, status=500),
    "/api/v1/status/flags": answer(SHUT),
}
ALL = ("samples may be written", "series may be deleted", "it may be reloaded and ended")


async def probed(answers: dict[str, bytes]) -> tuple[str, ...]:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        assert "match[]" not in request.parameters
        assert request.path != "/-/reload"
        writer.write(answers[request.path])

    async with loopback(respond) as url:
        return await prometheus_writes(Endpoint(source="prometheus", url=url))


async def test_an_open_prometheus_is_told_with_all_that_it_takes() -> None:
    assert await probed(OPEN) == ALL


async def test_one_that_is_only_read_is_silent() -> None:
    assert await probed(CLOSED) == ()


async def test_a_reload_counts_where_it_is_on_and_posts_arrive() -> None:
    lifecycle = CLOSED | {"/api/v1/status/flags": OPEN["/api/v1/status/flags"]}
    assert await probed(lifecycle) == ("it may be reloaded and ended",)


async def test_a_proxy_that_refuses_every_post_leaves_nothing() -> None:
    """Its own 400 is not Prometheus' 400."""
    for status in (400, 401, 403, 405):
        refused = answer(b"<h1>no</h1>", status=status, content_type="text/html")
        proxied = dict.fromkeys(OPEN, refused) | {"/api/v1/status/flags": answer(LIFECYCLE)}
        assert await probed(proxied) == ()


@pytest.mark.parametrize(("status", "allowed"), [(400, True), (200, True), (403, False)])
async def test_an_alertmanager_that_looked_at_the_silence_would_take_one(
    status: int, allowed: bool
) -> None:
    asked: list[Request] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        asked.append(request)
        writer.write(answer(b"{}", status=status))

    async with loopback(respond) as url:
        found = await alertmanager_writes(Endpoint(source="heartbeat", url=url))
    assert bool(found) is allowed
    assert b'"endsAt": "2000-' in asked[0].body
