"""What was read lately, in memory: nothing of it is left after a restart."""

from collections import deque
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.readings import Gap, History, Readings, Series, Targets

READINGS_KEPT = 4320  # three days at one a minute; about 2 MB on a host with 50 series


class Ring:
    """The last readings of one source, oldest first."""

    def __init__(self, source: str, kept: int = READINGS_KEPT) -> None:
        self._source = source
        self._rows: tuple[Series, ...] = ()
        self._kept: deque[tuple[float, tuple[Series, ...], NDArray[np.float64]]] = deque(
            maxlen=kept
        )

    def keep(self, readings: Readings) -> None:
        """Add the newest; one that is not newer than the last is left out."""
        at = readings.at.timestamp()
        if self._kept and at <= self._kept[-1][0]:
            return
        if readings.series != self._rows:
            self._rows = readings.series  # equal ones share one tuple
        self._kept.append((at, self._rows, readings.values))

    def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        """The newest reading within each step before a column; NaN and a Gap where none was."""
        seconds = step.total_seconds()
        first = np.ceil(start.timestamp() / seconds)
        last = np.floor(end.timestamp() / seconds)
        times = np.arange(first, last + 1, dtype=np.float64) * seconds
        servers = frozenset(targets.servers.values())
        rows = self._laid(metric, servers, times, seconds)
        series = tuple(sorted(rows))
        values = np.array([rows[each] for each in series], dtype=np.float64)
        return History(
            source=self._source,
            series=series,
            times=times,
            values=values.reshape(len(series), len(times)),
            gaps=self._gaps(metric, start),
        )

    def _laid(
        self, metric: str, servers: frozenset[str], times: NDArray[np.float64], step: float
    ) -> dict[Series, NDArray[np.float64]]:
        rows: dict[Series, NDArray[np.float64]] = {}
        for at, series, values in self._kept:
            column = int(np.searchsorted(times, at))
            if column == len(times) or times[column] - at >= step:
                continue
            for each, value in zip(series, values, strict=True):
                if each.metric == metric and each.server in servers:
                    rows.setdefault(each, np.full(times.shape, np.nan))[column] = value
        return rows

    def _gaps(self, metric: str, start: datetime) -> tuple[Gap, ...]:
        since = from_unix(self._kept[0][0]) if self._kept else None
        if since is not None and since <= start:
            return ()
        told = "nothing yet" if since is None else f"only since {since:%Y-%m-%dT%H:%M:%SZ}"
        reason = f"this host's readings are kept in memory: {told}"
        return (Gap(source=self._source, what=metric, reason=reason),)
