"""Trends: a robust line through recent points of many series, and when it ends at zero.

Slope: the median of all pairwise slopes (Theil 1950, Sen 1968). Interval: Sen's, by the variance of
Kendall's S without ties, n(n−1)(2n+5)/18, widened for points that depend on one another by
(1+ρ)/(1−ρ) with ρ the residuals' first autocorrelation (the large-sample form of Hamed & Rao 1998).
"""

from dataclasses import dataclass

import numpy as np

from watchkeeper.monitoring.columns import Floats, Mask
from watchkeeper.monitoring.quantile import at_place, at_quantile, median, ranked

Z90 = 1.645  # two-sided 90 %
NORMAL_MAD = 1.4826  # σ of a normal distribution whose median absolute deviation is 1
LEAST_POINTS = 16
PARTS = 4  # of a window, whose levels are compared
LARGEST_CORRELATION = 0.9
BIGGEST_STEP = 0.6  # of the whole fall, from one quarter to the next: more is a step, not a line
LEAST_LAST_PART = 0.15  # of the whole fall, into the last quarter: less, and it has stopped


@dataclass(frozen=True, kw_only=True)
class Trends:
    """One line a series; every column has shape (series,), NaN where there are too few points.

    ``slope``, ``lowest`` and ``highest`` (the 90 % interval) are per second; ``level`` is the line
    at the last of the times, and ``level_error`` its own error (σ); ``straight`` whether the fall
    goes on through the whole of the window.
    """

    slope: Floats
    lowest: Floats
    highest: Floats
    level: Floats
    level_error: Floats
    straight: Mask

    @property
    def falling(self) -> Mask:
        """Lines that surely fall: the whole interval does, all along the window."""
        return np.asarray(self.straight & (self.highest < 0))

    def seconds_to_zero(self) -> tuple[Floats, Floats, Floats]:
        """From the last time on: the near end of the 90 % interval, the line itself, the far end.

        NaN where the line does not surely fall.
        """
        level = np.where(self.falling, np.maximum(self.level, 0), np.nan)
        near = np.maximum(level - Z90 * self.level_error, 0) / -self.lowest
        far = (level + Z90 * self.level_error) / -self.highest
        return near, level / -self.slope, far


def trends(times: Floats, values: Floats) -> Trends:
    """The line of each series. ``times`` (t,), seconds; ``values`` (series, t), NaN for gaps.

    O(series × t²): give it few points (48 make 1,128 pairs).
    """
    counts = np.count_nonzero(np.isfinite(values), axis=1)
    first, second = np.triu_indices(len(times), k=1)
    slopes, pairs = ranked((values[:, second] - values[:, first]) / (times[second] - times[first]))
    slope = at_quantile(slopes, pairs, 0.5)
    flat = values - slope[:, None] * (times - times[-1])
    residuals = flat - median(flat)[:, None]
    dependence = _dependence(residuals, counts)
    half = Z90 * _kendall_deviation(counts) * np.sqrt(dependence)
    enough = counts >= LEAST_POINTS
    last = np.maximum(counts / PARTS, 1)
    return Trends(
        slope=np.where(enough, slope, np.nan),
        lowest=np.where(enough, at_place(slopes, pairs, (pairs - 1 - half) / 2), np.nan),
        highest=np.where(enough, at_place(slopes, pairs, (pairs - 1 + half) / 2), np.nan),
        level=median(flat[:, -(len(times) // PARTS) :]),
        level_error=NORMAL_MAD
        * median(np.abs(residuals))
        * np.sqrt(np.minimum(dependence / last, 1)),
        straight=enough & _straight(values),
    )


def _kendall_deviation(counts: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Floats:
    n = counts.astype(np.float64)
    return np.sqrt(n * (n - 1) * (2 * n + 5) / 18)


def _dependence(residuals: Floats, counts: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Floats:
    """By how much neighbouring points are worth less than independent ones: (1+ρ)/(1−ρ), ≥ 1.

    The estimate of ρ is too low on short series; 1/n + 3ρ/n puts that right (Kendall 1954).
    """
    centred = np.nan_to_num(residuals)
    power = np.maximum((centred**2).sum(axis=1), 1e-30)
    rho = (centred[:, 1:] * centred[:, :-1]).sum(axis=1) / power
    n = np.maximum(counts, 1)
    rho = np.clip(rho + (1 + 3 * rho) / n, 0, LARGEST_CORRELATION)
    return np.asarray((1 + rho) / (1 - rho))


def _straight(values: Floats) -> Mask:
    """Whether the fall is spread over the window: no single step, and not over before its end."""
    parts = np.array_split(np.arange(values.shape[1]), PARTS)
    levels = np.stack([median(values[:, part]) for part in parts])
    falls = levels[:-1] - levels[1:]
    whole = falls.sum(axis=0)
    lasting = falls[-1] >= LEAST_LAST_PART * whole
    return np.asarray((whole > 0) & lasting & (falls.max(axis=0) <= BIGGEST_STEP * whole))
