"""The logs port on the pretend data centre."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from watchkeeper.adapters.simulated.noise import key_of
from watchkeeper.adapters.simulated.world import Told, World
from watchkeeper.domain.estate import Service
from watchkeeper.domain.instant import from_unix
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.logs import LogLine

REQUEST_SECONDS = 10.0  # one request in so many seconds is logged
SECRET = "pretend-secret-0123456789"  # noqa: S105 - must never be seen outside of the world
_PATHS = ("/", "/cart", "/search?q=lamp", "/checkout", f"/login?token={SECRET}")


class SimulatedLogs:
    """What the pretend services write: requests, and what went wrong."""

    def __init__(self, world: World, name: str = "simulated-logs") -> None:
        self._world = world
        self._name = name

    @property
    def name(self) -> str:
        """The source's name."""
        return self._name

    async def lines(
        self, service: Service, start: datetime, end: datetime, limit: int
    ) -> tuple[LogLine, ...]:
        """The newest lines within [start, end], oldest first. Raises SourceUnavailable."""
        now = self._world.now()
        if service.name not in self._world.processes:
            raise SourceUnavailable(self._name, "absent", f"no service {service.name}")
        if not self._world.host_of(service.name).reachable.now:
            raise SourceUnavailable(self._name, "timeout", f"{service.server} does not answer")
        first, last = start.timestamp(), min(end.timestamp(), now)
        origin = service.logs[0] if service.logs else service.unit
        told = [one for one in self._world.told[service.name] if first <= one.at <= last]
        told += self._requests(service.name, first, last, limit)
        written = sorted(told, key=lambda one: one.at)[-limit:] if limit > 0 else []
        return tuple(
            LogLine(at=from_unix(told.at), origin=origin, text=told.text) for told in written
        )

    def _requests(self, service: str, first: float, last: float, limit: int) -> Iterator[Told]:
        """Every logged request of the newest ``limit`` moments at which the service could write."""
        newest = np.floor(last / REQUEST_SECONDS)
        oldest = max(np.ceil(first / REQUEST_SECONDS), newest - limit)
        times = REQUEST_SECONDS * np.arange(oldest, newest + 1)
        at_work = self._world.processes[service].listening(times)
        served = self._world.answers(service, times)
        for at, writes, good in zip(times.tolist(), at_work, served, strict=True):
            if writes:
                text = self._request(service, at) if good else self._failure(service, at)
                yield Told(at=at, text=text)

    def _request(self, service: str, at: float) -> str:
        path = _PATHS[key_of(service, int(at)) % len(_PATHS)]
        return f'10.0.0.{key_of(service, "client", int(at)) % 250} "GET {path} HTTP/1.1" 200'

    def _failure(self, service: str, at: float) -> str:
        times = np.array([at])
        for upstream in self._world.processes[service].service.depends_on:
            if not self._world.answers(upstream, times)[0]:
                return (
                    "[error] connect() failed (111: Connection refused) while connecting to"
                    f" upstream {upstream}"
                )
        return "[error] write() failed (28: No space left on device)"
