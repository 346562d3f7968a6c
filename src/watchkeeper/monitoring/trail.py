"""The trail: the recent past of a ratio that can run out, in little memory."""

from dataclasses import dataclass, field

import numpy as np

from watchkeeper.monitoring.columns import Floats, Mask
from watchkeeper.monitoring.ring import Keep, Ring, empty_ring
from watchkeeper.monitoring.roster import Rows

FINE_SECONDS = 300.0
FINE_POINTS = 36  # three hours
COARSE_SECONDS = 900.0
COARSE_POINTS = 192  # two days
DAY_SECONDS = 86_400.0
DAYS = 16


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Three hours finely, two days coarsely, the lowest and the highest of sixteen days.

    ``rows`` ascend. ≈ 1 KB a series.
    """

    rows: Rows = field(default_factory=lambda: np.empty(0, np.intp))
    fine: Ring = field(default_factory=lambda: empty_ring(FINE_SECONDS, FINE_POINTS, Keep.LAST))
    coarse: Ring = field(
        default_factory=lambda: empty_ring(COARSE_SECONDS, COARSE_POINTS, Keep.LAST)
    )
    lows: Ring = field(default_factory=lambda: empty_ring(DAY_SECONDS, DAYS, Keep.LOWEST))
    highs: Ring = field(default_factory=lambda: empty_ring(DAY_SECONDS, DAYS, Keep.HIGHEST))

    @property
    def rings(self) -> tuple[Ring, ...]:
        """All four, in the order of the fields."""
        return (self.fine, self.coarse, self.lows, self.highs)

    def covering(self, rows: Rows) -> "Trail":
        """The trail of these rows; ``rows`` begins with its own."""
        if len(rows) == len(self.rows):
            return self
        return _trail(rows, tuple(ring.covering(len(rows)) for ring in self.rings))

    def after(self, at: float, values: Floats, seen: Mask) -> "Trail":
        """One reading further; arrays have the shape of ``rows``. O(series)."""
        return _trail(self.rows, tuple(ring.after(at, values, seen) for ring in self.rings))

    def filled(self, rows: Rows, times: Floats, values: Floats) -> "Trail":
        """The trail with past readings; shapes as in ``Ring.filled``, ``rows`` are the roster's."""
        if len(times) == 0:
            return self
        places = np.searchsorted(self.rows, rows)
        return _trail(self.rows, tuple(ring.filled(places, times, values) for ring in self.rings))

    def kept(self, keep: Mask, renumbered: Rows) -> "Trail":
        """Only the roster rows that ``keep`` marks, under their new numbers (both by old row)."""
        mine = keep[self.rows]
        return _trail(renumbered[self.rows[mine]], tuple(ring.kept(mine) for ring in self.rings))


def _trail(rows: Rows, rings: tuple[Ring, ...]) -> Trail:
    fine, coarse, lows, highs = rings
    return Trail(rows=rows, fine=fine, coarse=coarse, lows=lows, highs=highs)
