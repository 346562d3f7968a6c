"""One message a line: JSON, at most 64 KiB."""

import asyncio
import json

import msgspec

LIMIT_BYTES = 65_536


class LineRefused(ValueError):
    """What came over the socket is not one JSON message of at most 64 KiB on a line."""


def written(message: object) -> bytes:
    """A message as its line."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"


async def read_line(reader: asyncio.StreamReader) -> object | None:
    """The next message; None at the end. Raises LineRefused. The reader's limit must be ours."""
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as ended:
        if ended.partial:
            raise LineRefused("the line has no end") from None
        return None
    except asyncio.LimitOverrunError:
        raise LineRefused(f"the line is longer than {LIMIT_BYTES} bytes") from None
    try:
        said: object = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        raise LineRefused("the line is not JSON") from None
    return said
