"""The season: what each series of one metric usually is at each hour of the (UTC) day."""

from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from watchkeeper.monitoring.columns import Floats, Mask, grown
from watchkeeper.monitoring.numbers import COLD_START
from watchkeeper.monitoring.quantile import median
from watchkeeper.monitoring.roster import Rows

HOURS = 24
HOUR_SECONDS = 3600.0
LEAST_VISITS = 3  # days on which an hour was seen, before it is judged
MEMORY_VISITS = 28  # an hour's habit is that of about the last four weeks
LEAST_READINGS = 3  # of an hour, for it to count as a visit
POOLED_VISITS = 3.0  # what the other hours' spread is worth beside an hour's own
RELEARNED_AFTER_HOURS = 24  # so long strange without a break: this is the new normal
LEVEL_RATIO = 0.01  # the spread is never below 1 % of the level
CUT_VARIANCE = 0.955  # the variance of a normal distribution cut off at ±2.8 σ, relative to it

Singles = NDArray[np.float32]


def _table() -> Singles:
    return np.zeros((HOURS, 0), dtype=np.float32)


def _column() -> Singles:
    return np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Season:
    """One metric's habits; ``rows`` ascend, columns have shape (len(rows),).

    ``mean`` and ``variance`` have shape (24, len(rows)), in the metric's own unit (and its square);
    ``visits`` likewise: the days on which that hour was seen. ``born`` is a series' first reading
    (unix seconds). ``count``, ``total``, ``squares`` add up the readings of the running ``hour``
    (unix hours; the sums are about ``centre``), ``odd`` those too strange to learn from;
    ``strange_hours`` the hours in a row that were mostly odd. ``centre`` and ``width`` are what is
    expected in the running hour. ≈ 330 bytes a series.
    """

    rows: Rows = field(default_factory=lambda: np.empty(0, np.intp))
    mean: Singles = field(default_factory=_table)
    variance: Singles = field(default_factory=_table)
    visits: Singles = field(default_factory=_table)
    born: Floats = field(default_factory=lambda: np.empty(0))
    hour: int = -1
    count: Singles = field(default_factory=_column)
    total: Singles = field(default_factory=_column)
    squares: Singles = field(default_factory=_column)
    odd: Singles = field(default_factory=_column)
    strange_hours: Singles = field(default_factory=_column)
    centre: Singles = field(default_factory=_column)
    width: Singles = field(default_factory=_column)

    def warm(self, now: float) -> Mask:
        """Which series are past their cold start and know this hour. Shape (len(rows),)."""
        old = now - self.born >= COLD_START.total_seconds()
        return np.asarray(old & (self.visits[slot_of(now)] >= LEAST_VISITS))

    def deviation(self, values: Floats) -> Floats:
        """σ by which each value stands above (below: negative) what the running hour expects."""
        return np.asarray((values - self.centre) / self.width, dtype=np.float64)


def slot_of(now: float) -> int:
    """The hour of the day."""
    return int(now // HOUR_SECONDS) % HOURS


def covering(season: Season, rows: Rows, now: float, floor: float) -> Season:
    """The season in this hour, for these rows; ``rows`` begins with the season's own."""
    length, hour = len(rows), int(now // HOUR_SECONDS)
    if length == len(season.rows) and hour == season.hour:
        return season
    if hour != season.hour:
        season = _hour_over(season, now)
    wider = {
        name: grown(getattr(season, name), length, 0)
        for name in ("mean", "variance", "visits", "count", "total", "squares", "odd")
    }
    season = replace(
        season,
        rows=rows,
        born=grown(season.born, length, np.inf),
        strange_hours=grown(season.strange_hours, length, 0),
        hour=hour,
        **wider,
    )
    return expecting(season, hour % HOURS, floor)


def expecting(season: Season, slot: int, floor: float) -> Season:
    """The season with what that hour of the day expects.

    The centre is the hour's mean, drawn to the series' overall mean by as much as the hours do not
    differ (empirical Bayes: w = τ²/(τ² + σ²/n), with τ² the variance between hours, σ² within one,
    n the visits; Efron & Morris 1973). The width is the hour's spread with the series' median
    spread as three visits more, never below ``floor`` or 1 % of the level. O(24 × series), hourly.
    """
    visits, mean, variance = season.visits, season.mean, season.variance
    total = np.maximum(visits.sum(axis=0), 1)
    overall = (visits * mean).sum(axis=0) / total
    within = _median_of_hours(variance, visits)
    seen_hours = np.count_nonzero(visits, axis=0)
    between = (visits * (mean - overall) ** 2).sum(axis=0) / total
    between = np.maximum(between - within * seen_hours / total, 0)
    own = np.maximum(visits[slot], 1e-9)
    noise = within / own
    weight = np.where(visits[slot] > 0, between / np.maximum(between + noise, 1e-30), 0)
    centre = overall + weight * (mean[slot] - overall)
    spread = (own * variance[slot] + POOLED_VISITS * within) / (own + POOLED_VISITS)
    width = np.sqrt(spread + weight * np.minimum(noise, within))
    return replace(
        season,
        centre=centre.astype(np.float32),
        width=np.maximum(width, np.maximum(LEVEL_RATIO * np.abs(centre), floor)).astype(np.float32),
    )


def taught(season: Season, values: Floats, learn: Mask, odd: Mask, now: float) -> Season:
    """The season after one more reading each: ``learn`` teaches, ``odd`` is only counted."""
    apart = np.where(learn, values - season.centre, 0).astype(np.float32)
    return replace(
        season,
        count=season.count + learn,
        total=season.total + apart,
        squares=season.squares + apart * apart,
        odd=season.odd + odd,
        born=np.where(learn | odd, np.minimum(season.born, now), season.born),
    )


def _hour_over(season: Season, now: float) -> Season:
    """The finished hour enters its slot, and the sums begin again."""
    if season.hour < 0:
        return season
    learned = _learned(season)
    heard, mostly_odd = season.count + season.odd > 0, season.odd > season.count
    strange = np.where(
        heard, np.where(mostly_odd, season.strange_hours + 1, 0), season.strange_hours
    )
    nothing = np.zeros_like(season.count)
    learned = replace(
        learned,
        strange_hours=strange.astype(np.float32),
        count=nothing,
        total=nothing,
        squares=nothing,
        odd=nothing,
    )
    return _relearning(learned, strange >= RELEARNED_AFTER_HOURS, now)


def _learned(season: Season) -> Season:
    """The running hour's sums in its slot.

    Mean and variance move by 1/n (n visits, at most 28): the exponentially weighted form of
    Welford's update (West 1979). Odd readings were left out, so the hour's own variance is that of
    a cut distribution and is put right by ``CUT_VARIANCE``.
    """
    enough = season.count >= LEAST_READINGS
    slot, count = season.hour % HOURS, np.maximum(season.count, 1)
    shift = season.total / count
    inside = np.maximum(season.squares / count - shift**2, 0) / CUT_VARIANCE
    visits = season.visits[slot]
    step = np.where(enough, 1 / np.minimum(visits + 1, MEMORY_VISITS), 0)
    known = np.where(visits > 0, season.mean[slot], season.centre + shift)
    apart = season.centre + shift - known
    mean, variance, seen = season.mean.copy(), season.variance.copy(), season.visits.copy()
    mean[slot] = np.where(enough, known + step * apart, season.mean[slot])
    variance[slot] = (1 - step) * (season.variance[slot] + step * apart**2) + step * inside
    seen[slot] = visits + enough
    return replace(season, mean=mean, variance=variance, visits=seen)


def _relearning(season: Season, changed: Mask, now: float) -> Season:
    """What was strange for a whole day has a new normal: its cold start begins again."""
    if not changed.any():
        return season
    return replace(
        season,
        visits=np.where(changed, 0, season.visits).astype(np.float32),
        born=np.where(changed, now, season.born),
        strange_hours=np.where(changed, 0, season.strange_hours).astype(np.float32),
    )


def kept(season: Season, keep: Mask, renumbered: Rows) -> Season:
    """Only the roster rows that ``keep`` marks, under their new numbers (both by old row)."""
    mine = keep[season.rows]
    columns = {
        field.name: getattr(season, field.name)[..., mine]
        for field in fields(season)
        if field.name not in ("rows", "hour")
    }
    return replace(season, rows=renumbered[season.rows[mine]], **columns)


def _median_of_hours(variance: Singles, visits: Singles) -> Floats:
    """Each series' median variance over the hours that were seen; 0 where none was."""
    return np.nan_to_num(median(np.where(visits > 0, variance, np.nan).T.astype(np.float64)))
