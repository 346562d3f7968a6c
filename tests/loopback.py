"""A small HTTP server of a test's own, on a loopback port, that may fail in any way."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


Respond = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def loopback(respond: Respond, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The origin of a server that lets ``respond`` write the bytes of every answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            first = await reader.readexactly(1)
            if first == TLS_HANDSHAKE:
                writer.write(answer(b"this is plain HTTP", status=400))
            else:
                head = first + await reader.readuntil(b"\r\n\r\n")
                await respond(await _request(head.decode(), reader), writer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        server.close()


def answer(
    body: bytes, *, status: int = 200, content_type: str = "application/json", more: str = ""
) -> bytes:
    """A whole HTTP answer; ``more`` are further header lines."""
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    return head.encode() + body


def always(content: bytes) -> Respond:
    """A server with one answer for everything."""

    async def respond(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(content)

    return respond


def as_json(content: object) -> bytes:
    """A whole answer in JSON."""
    return answer(json.dumps(content).encode())


async def _request(head: str, reader: asyncio.StreamReader) -> Request:
    first, *lines = head.split("\r\n")
    target = urlsplit(first.split(" ")[1])
    pairs = (line.partition(":") for line in lines if ":" in line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    form = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(
        path=target.path,
        parameters=dict(parse_qsl(target.query)) | dict(parse_qsl(form.decode(errors="replace"))),
        headers=headers,
        method=first.split(" ")[0],
        body=form,
    )
