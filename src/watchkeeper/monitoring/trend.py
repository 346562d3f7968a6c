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
TOLD_EARLY = 1.25  # wider: looked at often, and told when the near end first comes close
NORMAL_MAD = 1.4826  # σ of a normal distribution whose median absolute deviation is 1
MEDIAN_ERROR = 1.2533  # of a median, relative to a mean's: √(π/2)
NORMAL_MEDIAN_SQUARE = 0.4549  # the median of χ² with one degree of freedom
WANDER_SLOPE = 1.2  # variance of a random walk's fitted slope × span / wander; Durlauf & Phillips
FAR_LAG = 8  # points
LEAST_POINTS = 16
PARTS = 4  # of a window, whose levels are compared
LARGEST_CORRELATION = 0.9
BIGGEST_PART = 0.6  # of the whole fall, from one quarter to the next: more is no line
BIGGEST_JUMP = 0.3  # of the whole fall, from one point to the next: more is a step
LEAST_LAST_PART = 0.15  # of the whole fall, into the last quarter: less, and it has stopped


@dataclass(frozen=True, kw_only=True)
class Trends:
    """One line a series; every column has shape (series,), NaN where there are too few points.

    ``slope`` is per second, ``slope_error`` its own error (σ); ``level`` is the line at the last of
    the times, ``level_error`` its own error; ``wander`` the variance that the level gains in a
    second beside the line; ``straight`` whether the fall goes on through the whole of the window.
    """

    slope: Floats
    slope_error: Floats
    level: Floats
    level_error: Floats
    wander: Floats
    straight: Mask

    def seconds_to_zero(self) -> tuple[Floats, Floats, Floats]:
        """From the last time on: the near end of the 90 % interval, the line itself, the far end.

        At its end t the line is wrong by σ² = level_error² + wander·t + (slope_error·t)²; with
        r = 1.25 · 1.645 σ / level the ends are t / (1 + r) and t / (1 − r). NaN where r ≥ 1 (it
        need not fall at all) or where the fall is not straight.
        """
        level = np.maximum(self.level, 1e-9)
        falling = np.where(self.straight & (self.slope < 0), -self.slope, np.nan)
        end = level / falling
        wrong = self.level_error**2 + self.wander * end + (self.slope_error * end) ** 2
        relative = TOLD_EARLY * Z90 * np.sqrt(wrong) / level
        end = np.where(relative < 1, end, np.nan)
        return end / (1 + relative), end, end / (1 - relative)


def trends(times: Floats, values: Floats, least_points: int = LEAST_POINTS) -> Trends:
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
    interval = at_place(slopes, pairs, (pairs - 1 + half) / 2) - at_place(
        slopes, pairs, (pairs - 1 - half) / 2
    )
    wander = _wander(times, residuals)
    span = times[-1] - times[0]
    newest = np.maximum(counts / PARTS, 1)
    spread = NORMAL_MAD * median(np.abs(residuals))
    return Trends(
        slope=np.where(counts >= least_points, slope, np.nan),
        slope_error=np.hypot(interval / (2 * Z90), np.sqrt(WANDER_SLOPE * wander / span)),
        level=median(flat[:, -(len(times) // PARTS) :]),
        level_error=MEDIAN_ERROR * spread * np.sqrt(np.minimum(dependence / newest, 1)),
        wander=wander,
        straight=_straight(values),
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


def _wander(times: Floats, residuals: Floats) -> Floats:
    """The variance that a random walk in the residuals gains in a second; 0 for independent noise.

    Independent noise differs as much after one step as after eight; a walk differs more and more.
    """
    step = (times[-1] - times[0]) / max(len(times) - 1, 1)
    near, far = (
        np.nan_to_num(median((residuals[:, lag:] - residuals[:, :-lag]) ** 2))
        / NORMAL_MEDIAN_SQUARE
        for lag in (1, FAR_LAG)
    )
    return np.asarray(np.maximum(far - near, 0) / ((FAR_LAG - 1) * step))


def _straight(values: Floats) -> Mask:
    """Whether the fall is spread over the window: no single step, and not over before its end."""
    parts = np.array_split(np.arange(values.shape[1]), PARTS)
    levels = np.stack([median(values[:, part]) for part in parts])
    falls = levels[:-1] - levels[1:]
    whole = falls.sum(axis=0)
    lasting = falls[-1] >= LEAST_LAST_PART * whole
    spread = falls.max(axis=0) <= BIGGEST_PART * whole
    jump = np.max(np.nan_to_num(values[:, :-1] - values[:, 1:]), axis=1, initial=0)
    return np.asarray((whole > 0) & lasting & spread & (jump <= BIGGEST_JUMP * whole))
