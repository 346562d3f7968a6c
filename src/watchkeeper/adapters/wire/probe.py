"""Asking a service as its users do: an HTTP request or a TCP connection."""

import asyncio
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx2

from watchkeeper.adapters.wire.endpoint import USER_AGENT
from watchkeeper.adapters.wire.failures import failure_of

TIMEOUT_SECONDS = 5.0
REDIRECTS = 3  # followed on the same host
BODY_LIMIT_BYTES = 262_144  # more of a page is not waited for


@dataclass(frozen=True, kw_only=True)
class Probed:
    """A probe's verdict, the status or the word for it, and how long it took."""

    answers: bool
    reason: str
    seconds: float


async def probed(address: str, timeout_seconds: float = TIMEOUT_SECONDS) -> Probed:
    """The verdict on ``http(s)://…`` or ``tcp://host:port``.

    HTTP answers with a 2xx. A redirect is followed on the same host; one to another host is an
    answer too, and not followed. TCP answers with an accepted connection.
    """
    started = time.monotonic()
    try:
        async with asyncio.timeout(timeout_seconds):
            reason = await _reason(address)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        reason = failure_of(error)[0]
    seconds = time.monotonic() - started
    return Probed(answers=_is_good(reason), reason=reason, seconds=seconds)


def _is_good(reason: str) -> bool:
    return reason == "connected" or (reason.isdecimal() and 200 <= int(reason) < 400)


async def _reason(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "tcp":
        return await _asked(address)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.close()
    with suppress(OSError):  # it had answered before
        await writer.wait_closed()
    return "connected"


async def _asked(address: str) -> str:
    url = httpx2.URL(address)
    async with httpx2.AsyncClient(
        verify=_trust(url.scheme),
        headers={"User-Agent": USER_AGENT},
        timeout=None,
        follow_redirects=False,
        trust_env=False,
    ) as http:
        for _ in range(REDIRECTS + 1):
            async with http.stream("GET", url) as response:
                await _read(response)
            moved = response.next_request
            if moved is None or moved.url.host != url.host:
                return str(response.status_code)
            url = moved.url
    return "redirects"


async def _read(response: httpx2.Response) -> None:
    """Take the body, so that an answer which breaks off halfway is none."""
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > BODY_LIMIT_BYTES:
            return


@cache
def _trust(scheme: str) -> ssl.SSLContext:
    if scheme == "https":
        return ssl.create_default_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
