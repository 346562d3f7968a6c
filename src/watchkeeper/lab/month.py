"""The month that the watch asks its metric source for, told while it is asked."""

from collections.abc import Callable
from datetime import datetime, timedelta

from watchkeeper.domain.readings import History, Readings, Targets
from watchkeeper.domain.threshold import Thresholds
from watchkeeper.ports.metrics import Metrics

BAR = 24  # characters


class Month:
    """Stands before a metric source and counts what it is made to remember."""

    def __init__(self, inner: Metrics, rules: Thresholds, passing: Callable[[str], None]) -> None:
        self.readings = 0
        self._asked = 0
        # who was there at all, each habit, and each ratio that can run out: lately, and long ago
        self._questions = 1 + len(rules.habits) + 2 * len(rules.exhaustion)
        self._inner = inner
        self._passing = passing

    @property
    def name(self) -> str:
        """The source's own name."""
        return self._inner.name

    async def read(self, targets: Targets) -> Readings:
        """The source's readings."""
        return await self._inner.read(targets)

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        """The source's history, with a word about it before."""
        back = end - start
        long = f"{back.days} days" if back.days else f"{back.total_seconds() / 3600:.0f} hours"
        self._passing(f"{self._bar()}  {long} of {metric}")
        history = await self._inner.history(metric, targets, start, end, step)
        self._asked += 1
        self.readings += history.values.size
        return history

    def _bar(self) -> str:
        done = BAR * min(self._asked, self._questions) // self._questions
        return "█" * done + "░" * (BAR - done)
