"""The two questions of the API, asked within bounds."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from watchkeeper.adapters.prometheus.answers import (
    AnswerMalformed,
    Block,
    Column,
    block,
    column,
    refusal,
)
from watchkeeper.adapters.prometheus.naming import Naming
from watchkeeper.adapters.prometheus.queries import Query
from watchkeeper.adapters.wire.client import WireClient
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.ports.crew import Crew

AT_ONCE = 4  # questions under way at a time

T = TypeVar("T")


class PrometheusInterface:
    """``/api/v1/query`` and ``/api/v1/query_range``, parsed by the crew."""

    def __init__(self, endpoint: Endpoint, crew: Crew) -> None:
        self._wire = WireClient(endpoint)
        self._timeout = f"{endpoint.timeout_seconds:g}s"
        self._crew = crew
        self._turn = asyncio.Semaphore(AT_ONCE)

    @property
    def source(self) -> str:
        """The endpoint's name."""
        return self._wire.source

    async def now(self, query: Query, known: Naming) -> Column:
        """The query's newest values. Raises SourceUnavailable."""
        asked = {"query": query.text, "timeout": self._timeout}
        body = await self._asked("/api/v1/query", asked)
        return await self._parsed(column, body, query, known)

    async def over(self, query: Query, known: Naming, times: NDArray[np.float64]) -> Block:
        """The query at each of the times (shape (t,), evenly spaced). Raises SourceUnavailable."""
        step = times[1] - times[0] if len(times) > 1 else 1.0
        asked = {
            "query": query.text,
            "start": f"{times[0]:.3f}",
            "end": f"{times[-1]:.3f}",
            "step": f"{step:.3f}",
            "timeout": self._timeout,
            "nocache": "1",  # VictoriaMetrics: else it moves the columns
        }
        body = await self._asked("/api/v1/query_range", asked)
        return await self._parsed(block, body, query, known, times)

    async def close(self) -> None:
        """Close its connections."""
        await self._wire.close()

    async def _asked(self, path: str, parameters: dict[str, str]) -> bytes:
        async with self._turn:
            return await self._wire.get_json(path, parameters, refusal)

    async def _parsed(self, parse: Callable[..., T], *arguments: object) -> T:
        try:
            return await self._crew.run(parse, *arguments)
        except AnswerMalformed as error:
            failure = self._wire.unavailable("malformed", f"answers nonsense: {error}")
        raise failure
