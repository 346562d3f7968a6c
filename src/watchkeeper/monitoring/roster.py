"""The roster: which row of the columns belongs to which series."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from watchkeeper.domain.readings import Series

Rows = NDArray[np.intp]


@dataclass
class Roster:
    """Gives every series a row, for good. The same list of series costs one comparison."""

    series: list[Series] = field(default_factory=list)
    _row: dict[Series, int] = field(default_factory=dict)
    _known: dict[str, tuple[tuple[Series, ...], Rows]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.series)

    def row(self, series: Series) -> int | None:
        """The row of a series, or None when it was never seen."""
        return self._row.get(series)

    def rows(self, asker: str, series: tuple[Series, ...]) -> Rows:
        """The rows of many series, new ones entered at the end.

        O(1) when ``asker`` brings the same tuple as last time, one comparison each when it brings
        an equal one, and one look-up each when the list has changed.
        """
        known = self._known.get(asker)
        if known is not None and known[0] == series:
            return known[1]
        rows = self.enter(series)
        self._known[asker] = (series, rows)
        return rows

    def enter(self, series: Iterable[Series]) -> Rows:
        """The rows of many series, one look-up each."""
        return np.fromiter((self._entered(one) for one in series), dtype=np.intp)

    def _entered(self, series: Series) -> int:
        row = self._row.setdefault(series, len(self.series))
        if row == len(self.series):
            self.series.append(series)
        return row

    def kept(self, rows: Rows) -> "Roster":
        """A roster of only these rows, in this order."""
        roster = Roster()
        roster.enter(self.series[row] for row in rows)
        return roster
