"""Bodies from outside: bounded in bytes, in time and in depth, and JSON or nothing."""

import asyncio

import msgspec
from fastapi import Request

from watchkeeper.interfaces.http.problem import Refused

LIMIT_BYTES = 1_048_576
LIMIT_SECONDS = 10.0  # for the whole body to arrive
LIMIT_DEPTH = 12


async def body_of(request: Request) -> bytes:
    """The body. Raises Refused when it is too long, too slow, or packed."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "send the body as it is, without Content-Encoding")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > LIMIT_BYTES:
        raise _too_long()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            return await _read(request)
    except TimeoutError:
        raise Refused(408, f"the body did not arrive within {LIMIT_SECONDS:g} s") from None


async def _read(request: Request) -> bytes:
    parts: list[bytes] = []
    length = 0
    more = True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise Refused(400, "the body ended early")
        part: bytes = message.get("body", b"")
        length += len(part)
        if length > LIMIT_BYTES:
            raise _too_long()
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def json_of(body: bytes) -> object:
    """What the body says. Raises Refused when it is not JSON, or nested deeper than 12."""
    try:
        said: object = msgspec.json.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # msgspec's own errors and bad UTF-8 are all of this kind
        raise Refused(400, f"the body is not JSON: {str(error)[:200]}") from None
    if _depth_over(said, LIMIT_DEPTH):
        raise _too_deep()
    return said


def _depth_over(said: object, left: int) -> bool:
    if isinstance(said, dict):
        return left == 0 or any(_depth_over(value, left - 1) for value in said.values())
    if isinstance(said, list):
        return left == 0 or any(_depth_over(value, left - 1) for value in said)
    return False


def _too_long() -> Refused:
    return Refused(413, f"the body is longer than {LIMIT_BYTES} bytes", headers=_GO_AWAY)


def _too_deep() -> Refused:
    return Refused(400, f"the body is nested deeper than {LIMIT_DEPTH}")


_GO_AWAY = {"Connection": "close"}  # the rest of a long body is not read
