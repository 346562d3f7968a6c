"""Recorded exchanges, played again over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.loopback import Request, answer, loopback

RECORDED = Path(__file__).parent / "recorded"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What a real system once answered, and where it stood then."""

    system: str  # name and version
    node: str
    blackbox: str
    dead: str
    start: float  # of the range questions, unix seconds
    end: float
    step: float
    exchanges: list[dict[str, Any]]

    def found(self, request: Request) -> dict[str, Any] | None:
        """The exchange with the same question; the time of an instant question does not count."""
        asked = (request.path, request.parameters.get("query"))
        for exchange in self.exchanges:
            if (exchange["path"], exchange["query"]) == asked:
                return exchange
        return None


def recording(system: str) -> Recording:
    """The recording of one system."""
    return Recording(**json.loads((RECORDED / f"{system}.json").read_text()))


@asynccontextmanager
async def replayed(recorded: Recording) -> AsyncIterator[str]:
    """The origin of a server that answers as recorded, and 400 to what never was asked."""

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        exchange = recorded.found(request)
        if exchange is None:
            writer.write(answer(b'{"status":"error","error":"never recorded"}', status=400))
            return
        body = json.dumps(exchange["body"]).encode()
        writer.write(answer(body, status=exchange["status"], content_type=exchange["content_type"]))

    async with loopback(respond) as url:
        yield url
