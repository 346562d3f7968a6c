"""A ring: one point a step of time for each series, the oldest overwritten."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from watchkeeper.monitoring.columns import Floats, Mask, grown
from watchkeeper.monitoring.roster import Rows

Singles = NDArray[np.float32]


class Keep(StrEnum):
    """Which reading of a step becomes its point."""

    LAST = "last"
    LOWEST = "lowest"
    HIGHEST = "highest"


@dataclass(frozen=True, kw_only=True)
class Ring:
    """``points`` has shape (series, length), NaN where nothing was seen.

    ``stamps``, of shape (length,), says when each step's last reading was taken (unix seconds).
    ``running`` is the number of the step since 1970 that is not over yet (−1: none was begun),
    ``pending`` its point so far, of shape (series,), and ``pending_at`` that one's stamp.
    """

    step_seconds: float
    keep: Keep
    points: Singles
    stamps: Floats
    pending: Singles
    pending_at: float = np.nan
    running: int = -1

    def covering(self, series: int) -> "Ring":
        """The ring with places for so many series."""
        if series == len(self.pending):
            return self
        points = np.full((series, self.points.shape[1]), np.nan, dtype=np.float32)
        points[: len(self.points)] = self.points
        return replace(self, points=points, pending=grown(self.pending, series, np.nan))

    def after(self, at: float, values: Floats, seen: Mask) -> "Ring":
        """One reading further. O(series); the points are copied only when a step is over."""
        ring = self._moved(int(at // self.step_seconds))
        pending = _combined(self.keep, ring.pending, values, seen)
        return replace(ring, pending=pending, pending_at=at if seen.any() else ring.pending_at)

    def filled(self, places: Rows, times: Floats, values: Floats) -> "Ring":
        """The ring with past readings of some series, up to the last step of ``times``.

        ``times`` has shape (t,), unix seconds, ascending; ``values`` (len(places), t). What the
        ring has itself stays.
        """
        steps = (times // self.step_seconds).astype(np.int64)
        ring = self._moved(int(steps[-1]) + 1) if self.running < 0 else self
        points, stamps, length = ring.points.copy(), ring.stamps.copy(), self.points.shape[1]
        for step in range(ring.running - length, ring.running):
            mine, slot = steps == step, step % length
            if mine.any():
                had = points[places, slot]
                found = _point(self.keep, values[:, mine])
                points[places, slot] = np.where(np.isnan(had), found, had)
                stamps[slot] = np.fmax(stamps[slot], times[mine][-1])
        return replace(ring, points=points, stamps=stamps)

    def times(self) -> Floats:
        """When each step that is over was last read, oldest first (unix seconds). Shape (length,).

        A step without a reading has its end. The extremes of a step are stamped at its middle.
        """
        length = self.points.shape[1]
        steps = np.arange(self.running - length, self.running)
        ends = (steps + 1) * self.step_seconds
        if self.keep is not Keep.LAST:
            return np.asarray(ends - self.step_seconds / 2)
        stamps = self.stamps[steps % length]
        return np.where(np.isnan(stamps), ends, stamps)

    def unrolled(self, places: Rows) -> Floats:
        """The points of some series, oldest first. Shape (len(places), length)."""
        length = self.points.shape[1]
        order = np.arange(self.running - length, self.running) % length
        return np.asarray(self.points[np.ix_(places, order)], dtype=np.float64)

    def kept(self, mine: Mask) -> "Ring":
        """Only the marked series."""
        return replace(self, points=self.points[mine], pending=self.pending[mine])

    def _moved(self, running: int) -> "Ring":
        """The ring in a later step: what was pending is a point, what was passed over is empty."""
        if running <= self.running:
            return self
        if self.running < 0:
            return replace(self, running=running)
        points, stamps, length = self.points.copy(), self.stamps.copy(), self.points.shape[1]
        passed = np.arange(max(self.running + 1, running - length), running) % length
        points[:, passed], stamps[passed] = np.nan, np.nan
        if running - self.running <= length:
            points[:, self.running % length] = self.pending
            stamps[self.running % length] = self.pending_at
        pending = np.full_like(self.pending, np.nan)
        return replace(
            self, points=points, stamps=stamps, pending=pending, pending_at=np.nan, running=running
        )


def empty_ring(step_seconds: float, length: int, keep: Keep) -> Ring:
    """A ring of no series yet."""
    return Ring(
        step_seconds=step_seconds,
        keep=keep,
        points=np.empty((0, length), dtype=np.float32),
        stamps=np.full(length, np.nan),
        pending=np.empty(0, dtype=np.float32),
    )


def _combined(keep: Keep, pending: Singles, values: Floats, seen: Mask) -> Singles:
    if keep is Keep.LAST:
        return np.where(seen, values, pending).astype(np.float32)
    fresh = np.where(seen, values, np.nan)
    extreme = np.fmin if keep is Keep.LOWEST else np.fmax
    return np.asarray(extreme(pending, fresh), dtype=np.float32)


def _point(keep: Keep, values: Floats) -> Floats:
    """The point that a step's readings make. ``values`` has shape (series, readings)."""
    if keep is not Keep.LAST:
        extreme = np.fmin if keep is Keep.LOWEST else np.fmax
        return np.asarray(extreme.reduce(values, axis=1), dtype=np.float64)
    finite = np.isfinite(values)
    last = values.shape[1] - 1 - finite[:, ::-1].argmax(axis=1)
    return np.asarray(values[np.arange(len(values)), last])
