"""Every port once more, with weather on the way there and back.

A call waits, may be lost, arrives, may arrive twice, its answer waits and may come broken. The
waits stand on both sides of the effect, so that a crash can fall between the effect and its
answer.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from watchkeeper.domain.diagnosis import Diagnosis
from watchkeeper.domain.estate import Service
from watchkeeper.domain.job import JobState, JobTemplate
from watchkeeper.domain.readings import Gap, History, Readings, Targets
from watchkeeper.domain.warrant import Spent
from watchkeeper.lab.process import Fence
from watchkeeper.lab.weather import Mishap, Weather
from watchkeeper.ports.automation import Automation
from watchkeeper.ports.errors import AlreadyLaunched, SourceUnavailable
from watchkeeper.ports.inspector import FilesystemState, Inspector, Presence, ServiceState
from watchkeeper.ports.logs import LogLine, Logs
from watchkeeper.ports.metrics import Metrics
from watchkeeper.ports.reasoner import Brief, Reasoner

T = TypeVar("T")
Bend = Callable[[T, Weather], T]

ON_THE_WAY = frozenset({Mishap.LATE, Mishap.LOST, Mishap.TWICE, Mishap.DONE_BUT_ERROR})
ANY = frozenset(Mishap)


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way of one port's calls through the weather."""

    port: str
    weather: Weather
    fence: Fence
    able: frozenset[Mishap] = ON_THE_WAY

    async def call(
        self,
        ask: Callable[[], Awaitable[T]],
        half: Bend[T] | None = None,
        reordered: Bend[T] | None = None,
    ) -> T:
        """The answer, or SourceUnavailable, with or without the call's effect."""
        mishap = self.weather.strikes(self.port, self.able)
        await self.weather.pause(mishap)
        if mishap is Mishap.LOST or self.weather.dark(self.port):
            raise SourceUnavailable(self.port, "refused", "the call was lost")
        self.fence.check()
        answer = await ask()
        if mishap is Mishap.TWICE:
            with suppress(AlreadyLaunched):
                answer = await ask()
        await self.weather.pause(mishap)
        if mishap is Mishap.DONE_BUT_ERROR:
            raise SourceUnavailable(self.port, "timeout", "the answer was lost")
        if mishap is Mishap.HALF and half:
            return half(answer, self.weather)
        if mishap is Mishap.REORDERED and reordered:
            return reordered(answer, self.weather)
        return answer


class FaultyMetrics:
    """A metric source in the weather."""

    def __init__(self, inner: Metrics, weather: Weather, fence: Fence) -> None:
        self._inner = inner
        self._way = Way(port="metrics", weather=weather, fence=fence, able=ANY)

    @property
    def name(self) -> str:
        """The source's own name."""
        return self._inner.name

    async def read(self, targets: Targets) -> Readings:
        """The source's readings, or half of them with a gap, or in another order."""
        return await self._way.call(
            lambda: self._inner.read(targets), _half_readings, _shuffled_readings
        )

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        """The source's history, whole or not at all."""
        return await self._way.call(lambda: self._inner.history(metric, targets, start, end, step))


class FaultyLogs:
    """A log source in the weather."""

    def __init__(self, inner: Logs, weather: Weather, fence: Fence) -> None:
        self._inner = inner
        self._way = Way(port="logs", weather=weather, fence=fence, able=ANY)

    @property
    def name(self) -> str:
        """The source's own name."""
        return self._inner.name

    async def lines(
        self, service: Service, start: datetime, end: datetime, limit: int
    ) -> tuple[LogLine, ...]:
        """The source's lines, or half of them, or in another order."""
        return await self._way.call(
            lambda: self._inner.lines(service, start, end, limit), _half_lines, _shuffled_lines
        )


class FaultyInspector:
    """A direct look, in the weather."""

    def __init__(self, inner: Inspector, weather: Weather, fence: Fence) -> None:
        self._inner = inner
        self._way = Way(port="inspector", weather=weather, fence=fence, able=ANY)

    async def service(self, service: Service) -> ServiceState:
        """The service's state, or half of it: processes that could not be told apart."""
        return await self._way.call(lambda: self._inner.service(service), _half_state)

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        """The file system's state."""
        return await self._way.call(lambda: self._inner.filesystem(server, mount))

    async def presence(self, server: str) -> Presence:
        """Who is at work there."""
        return await self._way.call(lambda: self._inner.presence(server))


class FaultyAutomation:
    """An executor in the weather. ``broken`` is told the warrant of a job that ends half done."""

    def __init__(
        self, inner: Automation, weather: Weather, fence: Fence, broken: Callable[[str], None]
    ) -> None:
        self._inner = inner
        self._broken = broken
        self._launches = Way(
            port="launch", weather=weather, fence=fence, able=ON_THE_WAY | {Mishap.HALF}
        )
        self._questions = Way(port="find", weather=weather, fence=fence)

    @property
    def name(self) -> str:
        """The executor's own name."""
        return self._inner.name

    async def templates(self) -> tuple[JobTemplate, ...]:
        """The library as it is: files of this machine have no weather."""
        return await self._inner.templates()

    async def surroundings(self) -> str:
        """What jobs run in, as it is."""
        return await self._inner.surroundings()

    async def launch(
        self,
        spent: Spent,
        template: JobTemplate,
        parameters: tuple[tuple[str, tuple[str, ...]], ...],
        timeout_seconds: float,
    ) -> None:
        """Launch it; in bad weather it arrives twice, or unheard, or is killed half way."""

        def half(_: None, __: Weather) -> None:
            self._broken(spent.warrant.id)

        await self._launches.call(
            lambda: self._inner.launch(spent, template, parameters, timeout_seconds), half
        )

    async def find(self, warrant: str) -> JobState:
        """What became of a job, when the question comes through."""
        return await self._questions.call(lambda: self._inner.find(warrant))

    async def cancel(self, warrant: str) -> None:
        """Ask a job to stop, when the wish comes through."""
        await self._questions.call(lambda: self._inner.cancel(warrant))


class FaultyReasoner:
    """A reasoner that can be slow."""

    def __init__(self, inner: Reasoner, weather: Weather, fence: Fence) -> None:
        self._inner = inner
        self._way = Way(
            port="reasoner", weather=weather, fence=fence, able=frozenset({Mishap.LATE})
        )

    @property
    def name(self) -> str:
        """The reasoner's own name."""
        return self._inner.name

    async def diagnose(self, brief: Brief) -> Diagnosis:
        """The reasoner's answer."""
        return await self._way.call(lambda: self._inner.diagnose(brief))


def _half_readings(readings: Readings, weather: Weather) -> Readings:
    kept = [row for row in range(len(readings.series)) if weather.chance.random() < 0.5]
    gap = Gap(source=readings.source, what="half of it", reason="timeout")
    return replace(
        readings,
        series=tuple(readings.series[row] for row in kept),
        values=readings.values[kept],
        gaps=(*readings.gaps, gap),
    )


def _shuffled_readings(readings: Readings, weather: Weather) -> Readings:
    order = _shuffled(range(len(readings.series)), weather)
    return replace(
        readings,
        series=tuple(readings.series[row] for row in order),
        values=readings.values[list(order)],
    )


def _half_lines(lines: tuple[LogLine, ...], _: Weather) -> tuple[LogLine, ...]:
    return lines[: len(lines) // 2]


def _shuffled_lines(lines: tuple[LogLine, ...], weather: Weather) -> tuple[LogLine, ...]:
    return _shuffled(lines, weather)


def _half_state(state: ServiceState, _: Weather) -> ServiceState:
    return replace(state, alive=None, main_alive=None)


def _shuffled(parts: Sequence[T], weather: Weather) -> tuple[T, ...]:
    return tuple(weather.chance.sample(parts, len(parts)))
