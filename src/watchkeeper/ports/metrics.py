"""Metric sources."""

from datetime import datetime, timedelta
from typing import Protocol

from watchkeeper.domain.readings import History, Readings, Targets


class Metrics(Protocol):
    """Prometheus, VictoriaMetrics, this host, the pretend estate."""

    @property
    def name(self) -> str:
        """The source's name in the configuration."""

    async def read(self, targets: Targets) -> Readings:
        """The newest value of every catalogued metric of all targets.

        Many servers in one question a metric.

        What could not be read is a ``Gap``; a target without an answer has no row, and that is what
        ``up`` = NaN never hides. Raises SourceUnavailable when nothing could be asked.
        """

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        """One metric's past over [start, end], one column every ``step``.

        Raises SourceUnavailable.
        """
