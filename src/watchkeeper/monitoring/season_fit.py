"""Fitting seasons to history: a source that remembers gives a warm start."""

from dataclasses import replace

import numpy as np

from watchkeeper.monitoring.columns import Floats, Mask
from watchkeeper.monitoring.quantile import at_quantile, ranked
from watchkeeper.monitoring.roster import Rows
from watchkeeper.monitoring.season import HOUR_SECONDS, HOURS, MEMORY_VISITS, Season

DAY_SECONDS = 86_400.0
NORMAL_MAD = 1.4826  # σ of a normal distribution whose median absolute deviation is 1
NORMAL_Q90 = 1.645  # 90 % of a normal distribution's |deviations| lie within so many σ


def fitted(season: Season, rows: Rows, times: Floats, values: Floats) -> Season:
    """The season with the habits of these roster rows taken from history.

    ``times`` has shape (t,), unix seconds; ``values`` (len(rows), t), NaN where there was none.
    ``rows`` are among the season's. Where the season has seen more days itself, it stays.
    O(series × t log t).
    """
    places = np.searchsorted(season.rows, rows)
    mean, variance, visits = _tables(times, values)
    richer = visits.sum(axis=0) >= season.visits[:, places].sum(axis=0)
    places, mean, variance, visits = (
        places[richer],
        mean[:, richer],
        variance[:, richer],
        visits[:, richer],
    )
    new = {name: getattr(season, name).copy() for name in ("mean", "variance", "visits", "born")}
    new["mean"][:, places], new["variance"][:, places] = mean, variance
    new["visits"][:, places] = visits
    first = _first_times(times, values[richer])
    new["born"][places] = np.minimum(new["born"][places], first)
    cleared = {}
    for name in ("count", "total", "squares", "odd"):
        cleared[name] = getattr(season, name).copy()
        cleared[name][places] = 0
    return replace(season, **new, **cleared)


def _tables(times: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and visits by hour of day, each of shape (24, series).

    The mean is the median; the spread max(1.4826·MAD, q90/1.645) of the deviations from it: the MAD
    alone collapses to 0 on series that mostly stand still.
    """
    shape = (HOURS, len(values))
    mean, variance, visits = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    slots = (times // HOUR_SECONDS).astype(np.int64) % HOURS
    days = (times // DAY_SECONDS).astype(np.int64)
    for slot in range(HOURS):
        mine = slots == slot
        seen = values[:, mine]
        sorted_rows, counts = ranked(seen)
        centre = at_quantile(sorted_rows, counts, 0.5)
        apart, counts = ranked(np.abs(seen - centre[:, None]))
        spread = np.maximum(
            NORMAL_MAD * at_quantile(apart, counts, 0.5),
            at_quantile(apart, counts, 0.9) / NORMAL_Q90,
        )
        mean[slot], variance[slot] = np.nan_to_num(centre), np.nan_to_num(spread) ** 2
        visits[slot] = np.minimum(_days_seen(days[mine], np.isfinite(seen)), MEMORY_VISITS)
    return mean, variance, visits


def _days_seen(days: "np.ndarray[tuple[int], np.dtype[np.int64]]", finite: Mask) -> Floats:
    """On how many days each series has a reading. Shape (series,)."""
    found = np.zeros(len(finite))
    for day in np.unique(days):
        found += finite[:, days == day].any(axis=1)
    return found


def _first_times(times: Floats, values: Floats) -> Floats:
    """Each series' first reading, +∞ where there is none. Shape (series,)."""
    finite = np.isfinite(values)
    if finite.shape[1] == 0:
        return np.full(len(finite), np.inf)
    return np.where(finite.any(axis=1), times[finite.argmax(axis=1)], np.inf)
