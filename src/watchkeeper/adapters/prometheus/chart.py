"""A history as it is put together, span by span."""

import numpy as np
from numpy.typing import NDArray

from watchkeeper.adapters.prometheus.answers import Block
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.readings import Gap, History, Series
from watchkeeper.ports.errors import SourceUnavailable

PATIENCE = 3  # failures in a row after which the rest is not asked for


class Chart:
    """One metric over all columns; what is not laid stays NaN."""

    def __init__(self, source: str, metric: str, times: NDArray[np.float64]) -> None:
        self._source = source
        self._metric = metric
        self._times = times  # shape (t,), unix seconds
        self._rows: dict[Series, NDArray[np.float64]] = {}
        self._gaps: list[Gap] = []
        self._laid = 0
        self._missed_in_a_row = 0
        self._failure: SourceUnavailable | None = None

    @property
    def hopeless(self) -> bool:
        """Whether so many spans failed in a row that asking on is no use."""
        return self._missed_in_a_row >= PATIENCE

    def lay(self, span: slice, block: Block) -> None:
        """An answered span."""
        self._laid += 1
        self._missed_in_a_row = 0
        if block.warning:
            self._gap(span, block.warning)
        for series, values in block.rows.items():
            if series not in self._rows:
                self._rows[series] = np.full(self._times.shape, np.nan)
            self._rows[series][span] = values

    def miss(self, span: slice, error: SourceUnavailable) -> None:
        """A span that could not be had."""
        self._missed_in_a_row += 1
        self._failure = error
        self._gap(span, str(error))

    def give_up(self, span: slice) -> None:
        """The rest, which is not asked for any more."""
        self._gap(span, f"not asked for after {PATIENCE} failures in a row")

    def drawn(self) -> History:
        """All of it, rows in order. Raises the last failure when no span at all was had."""
        if self._failure is not None and not self._laid:
            raise self._failure
        series = tuple(sorted(self._rows))
        shape = (len(series), len(self._times))
        values = np.array([self._rows[each] for each in series], dtype=np.float64).reshape(shape)
        return History(
            source=self._source,
            series=series,
            times=self._times,
            values=values,
            gaps=tuple(self._gaps),
        )

    def _gap(self, span: slice, reason: str) -> None:
        first, last = (from_unix(self._times[i]) for i in (span.start, span.stop - 1))
        reason = f"{first:%Y-%m-%dT%H:%M:%SZ} to {last:%Y-%m-%dT%H:%M:%SZ}: {reason}"
        self._gaps.append(Gap(source=self._source, what=self._metric, reason=reason))
