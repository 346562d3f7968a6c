"""The metrics port on this host, with nothing else installed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import psutil

from watchkeeper.adapters.host.look import Look, look
from watchkeeper.adapters.host.measurement import RATES, Row, Speed, levels
from watchkeeper.adapters.host.places import ThisHost
from watchkeeper.adapters.host.ring import Ring
from watchkeeper.adapters.wire.probe import TIMEOUT_SECONDS, probed
from watchkeeper.domain.estate import Service
from watchkeeper.domain.metric import CATALOGUE, PROBE_SUCCESS, SERVICE_PROCESSES, UP
from watchkeeper.domain.readings import Gap, History, Readings, Series, Targets
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.crew import Crew

NAME = "host"
LOOK_SECONDS = 10.0  # how long the system's own counters may take
PROBES_AT_ONCE = 16
TWO_READINGS = "needs two readings"
NAMESAKES = "cannot be told from another service's: a pid file or unit would tell"

_LOOKED_AT = tuple(metric.name for metric in CATALOGUE if metric not in (UP, PROBE_SUCCESS))


class HostMetrics:
    """Reads the system's counters, counts the services' processes and asks their probes.

    A rate needs two readings, so the first has a Gap in its place. A file system that hangs holds
    one thread of the crew, once, and makes a Gap each time: give it threads of its own.
    """

    def __init__(
        self,
        host: ThisHost,
        clock: Clock,
        crew: Crew,
        probe_timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._host = host
        self._clock = clock
        self._crew = crew
        self._probe_timeout_seconds = probe_timeout_seconds
        self._turn = asyncio.Semaphore(PROBES_AT_ONCE)
        self._looking: asyncio.Future[Look] | None = None
        self._speed = Speed()
        self._ring = Ring(NAME)

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return NAME

    async def read(self, targets: Targets) -> Readings:
        """What this host is now; no rows when it is not among the targets."""
        at = self._clock.now()
        rows: list[Row] = []
        gaps: list[tuple[str, str]] = []
        server = self._host.server
        if server in targets.servers.values():
            services = tuple(each for each in self._host.services if each.server == server)
            found, verdicts = await asyncio.gather(self._look(services), self._probes(services))
            rows, gaps = self._told(found, services)
            rows += [(UP.name, "", 1.0), *verdicts]
        readings = _readings(server, at, rows, gaps)
        self._ring.keep(readings)
        return readings

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        """What was read since this program started; a Gap says what lies before."""
        return self._ring.history(metric, targets, start, end, step)

    async def _look(self, services: Sequence[Service]) -> Look | str:
        """One look, or why there is none. One that does not come back is waited for again."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._crew.run(look, services))
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await asyncio.shield(self._looking)
        except TimeoutError:
            return f"timeout: no answer in {LOOK_SECONDS:g} s (a file system that hangs?)"
        except (OSError, psutil.Error) as error:
            return f"denied: {type(error).__name__}"

    async def _probes(self, services: Sequence[Service]) -> list[Row]:
        asked = [service for service in services if service.probe]
        verdicts = await asyncio.gather(*(self._probe(service.probe) for service in asked))
        return [
            (PROBE_SUCCESS.name, service.name, verdict)
            for service, verdict in zip(asked, verdicts, strict=True)
        ]

    async def _probe(self, address: str) -> float:
        async with self._turn:
            return float((await probed(address, self._probe_timeout_seconds)).answers)

    def _told(
        self, found: Look | str, services: Sequence[Service]
    ) -> tuple[list[Row], list[tuple[str, str]]]:
        """Rows of a look, and what it leaves open and why."""
        if isinstance(found, str):
            return [], [(metric, found) for metric in _LOOKED_AT]
        speed = self._speed.since(found.measurement)
        rows = [*levels(found.measurement), *(speed or ())]
        gaps = [] if speed is not None else [(metric, TWO_READINGS) for metric in RATES]
        for service in services:
            census = found.censuses.get(service.name)
            if census is None:  # a look that took long began before the estate had this service
                continue
            if census.main_alive is False:  # its leftovers may go on answering; it is dead
                rows.append((SERVICE_PROCESSES.name, service.name, 0.0))
            elif census.alive is not None:
                rows.append((SERVICE_PROCESSES.name, service.name, float(census.alive)))
            elif service.process:
                gaps.append((f"{SERVICE_PROCESSES.name}{{{service.name}}}", NAMESAKES))
        return rows, gaps


def _readings(
    server: str, at: datetime, rows: Sequence[Row], gaps: Sequence[tuple[str, str]]
) -> Readings:
    values = {
        Series(server=server, metric=metric, part=part): value for metric, part, value in rows
    }
    series = tuple(sorted(values))
    return Readings(
        source=NAME,
        at=at,
        series=series,
        values=np.array([values[each] for each in series], dtype=np.float64),
        gaps=tuple(Gap(source=NAME, what=what, reason=reason) for what, reason in gaps),
    )
