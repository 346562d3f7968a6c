"""The metrics port on Prometheus and its likes."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from watchkeeper.adapters.prometheus.answers import Column
from watchkeeper.adapters.prometheus.chart import Chart
from watchkeeper.adapters.prometheus.interface import PrometheusInterface
from watchkeeper.adapters.prometheus.naming import (
    Naming,
    naming,
    probe_pattern,
    server_pattern,
)
from watchkeeper.adapters.prometheus.queries import Query, Scope, escaped, queries
from watchkeeper.adapters.prometheus.ranges import columns, halves, spans
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.adapters.wire.failures import AnswerTooLarge
from watchkeeper.adapters.wire.text import one_line
from watchkeeper.domain.metric import PROBE_SUCCESS, UP
from watchkeeper.domain.readings import Gap, History, Readings, Series, Targets
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.errors import SourceUnavailable

PARTS_EXPECTED = 8  # mounts or devices a server: sizes requests, nothing else
PATTERN_LIMIT = (
    3_500  # characters: it stands in a query up to 4 times; VictoriaMetrics takes 16,384
)
FOREIGN_TEXT_LIMIT = 200  # characters of a source's own warning that are repeated


class PrometheusMetrics:
    """Asks one query a metric for all servers, a few at a time.

    VictoriaMetrics hides its newest 30 s unless it runs with ``-search.latencyOffset=0s``: its
    readings are that much late.
    """

    def __init__(
        self, endpoint: Endpoint, clock: Clock, crew: Crew, scope: Scope | None = None
    ) -> None:
        self._interface = PrometheusInterface(endpoint, crew)
        self._clock = clock
        self._scope = Scope() if scope is None else scope

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._interface.source

    async def close(self) -> None:
        """Close its connections."""
        await self._interface.close()

    async def read(self, targets: Targets) -> Readings:
        """The newest values. What fails is a Gap; SourceUnavailable when every query fails."""
        at = self._clock.now()
        asked = queries(self._narrowed(targets))
        known = naming(targets)
        told = await asyncio.gather(*(self._now(query, known) for query in asked))
        answers = {query.metric: answer for query, answer in zip(asked, told, strict=True)}
        read = {name: answer for name, answer in answers.items() if isinstance(answer, Column)}
        if not read:
            raise next(answer for answer in told if isinstance(answer, SourceUnavailable))
        values = {series: value for each in read.values() for series, value in each.values.items()}
        rows = tuple(sorted(values))
        gaps = (*_troubles(answers), *_silent(read, targets))
        return Readings(
            source=self.name,
            at=at,
            series=rows,
            values=np.array([values[series] for series in rows], dtype=np.float64),
            gaps=tuple(Gap(source=self.name, what=what, reason=reason) for what, reason in gaps),
            unlisted=read[UP.name].unlisted if UP.name in read else (),
        )

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        """One metric's past, in as many requests as it takes; rates are over at least a step.

        A span that could not be had is NaN and a Gap; SourceUnavailable when none could. A metric
        that no exporter carries has no rows.
        """
        times = columns(start, end, step)
        chart = Chart(self.name, metric, times)
        scope = self._narrowed(targets)
        for query in queries(replace(scope, window=max(scope.window, step))):
            if query.metric == metric:
                await self._drawn(chart, query, targets, times)
        return chart.drawn()

    def _narrowed(self, targets: Targets) -> Scope:
        """Only what is asked for, where it can be named shortly: the source may know far more."""
        return replace(
            self._scope,
            servers=_short(server_pattern(targets)),
            probes=_short(probe_pattern(targets)),
        )

    async def _now(self, query: Query, known: Naming) -> Column | SourceUnavailable:
        try:
            return await self._interface.now(query, known)
        except SourceUnavailable as error:
            return error

    async def _drawn(
        self, chart: Chart, query: Query, targets: Targets, times: NDArray[np.float64]
    ) -> None:
        known = naming(targets)
        waiting = deque(spans(len(times), _expected(query, targets)))
        while waiting:
            span = waiting.popleft()
            if chart.hopeless:
                chart.give_up(slice(span.start, len(times)))
                return
            try:
                chart.lay(span, await self._interface.over(query, known, times[span]))
            except AnswerTooLarge as error:
                if span.stop - span.start > 1:
                    waiting.extendleft(reversed(halves(span)))
                else:
                    chart.miss(span, error)
            except SourceUnavailable as error:
                chart.miss(span, error)


def _short(pattern: str) -> str:
    return pattern if len(escaped(pattern)) <= PATTERN_LIMIT else ""


def _expected(query: Query, targets: Targets) -> int:
    """How many series an answer may hold."""
    parts = PARTS_EXPECTED if query.part else 1
    return max(len(targets.servers), len(targets.probes)) * parts


def _troubles(answers: Mapping[str, Column | SourceUnavailable]) -> Iterator[tuple[str, str]]:
    """Metrics that failed, and those that the source itself is not sure of."""
    for metric, answer in answers.items():
        if isinstance(answer, SourceUnavailable):
            yield metric, f"{answer.word}: {answer}"
        elif answer.warning:
            yield metric, one_line(answer.warning, FOREIGN_TEXT_LIMIT)


def _silent(read: Mapping[str, Column], targets: Targets) -> Iterator[tuple[str, str]]:
    """Servers and probes of the estate that the source does not know."""
    if UP.name in read:
        known = {series.server for series in read[UP.name].values}
        for server in sorted(set(targets.servers.values()) - known):
            yield server, "absent: the source has no such target"
    if PROBE_SUCCESS.name in read:
        for probe in targets.probes:
            row = Series(server=probe.server, metric=PROBE_SUCCESS.name, part=probe.service)
            if row not in read[PROBE_SUCCESS.name].values:
                yield str(row), "absent: the source has no such probe"
