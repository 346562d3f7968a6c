"""The outlook: when a ratio runs out, as far as its past supports saying so."""

from dataclasses import dataclass, field, replace

import numpy as np

from watchkeeper.domain.threshold import Exhaustion
from watchkeeper.monitoring.columns import Floats, Mask, grown
from watchkeeper.monitoring.quantile import median
from watchkeeper.monitoring.roster import Rows
from watchkeeper.monitoring.trail import COARSE_POINTS, Trail
from watchkeeper.monitoring.trend import LEAST_POINTS, NORMAL_MAD, trends

SHORT, HALF_DAY, TWO_DAYS = 3 * 3600.0, 12 * 3600.0, 48 * 3600.0  # windows, seconds
DAYS_OF_WEEK = 7
WEEK = 7 * 86_400.0
DAY_POINTS = 96  # coarse points of a day
AHEAD = 2.0  # no line is drawn further ahead than twice what it rests on
STEEPER = 1.25  # than any fall of the same length before, to speak for itself
COMFORT_RATIO = 0.10  # a past low under it is no proof that things right themselves
LEAST_MARGIN = 0.01  # under the lowest of the past, for a new low
SWING_MARGIN = 0.25  # and as much of the usual daily recovery
HOUR_POINTS = 12  # fine points of an hour
RECOVERED_RATIO = 0.02  # so much more left than when it was said, and it holds no more
CLEAR_OF_NOISE = 6.0  # σ
FARTHEST = 10.0  # horizons; an interval that ends beyond says nothing


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """When each series of a trail runs out, in unix seconds; NaN where that cannot be said.

    ``near`` and ``far`` are the ends of the 90 % interval; ``level`` is what was left, ``cleared``
    how much would have to be for none of it to hold, and ``said_at`` when this was worked out.
    Columns have the shape of the trail's rows; ``step`` is the fine step at whose beginning it was
    looked at last.
    """

    near: Floats = field(default_factory=lambda: np.empty(0))
    at: Floats = field(default_factory=lambda: np.empty(0))
    far: Floats = field(default_factory=lambda: np.empty(0))
    level: Floats = field(default_factory=lambda: np.empty(0))
    cleared: Floats = field(default_factory=lambda: np.empty(0))
    said_at: Floats = field(default_factory=lambda: np.empty(0))
    step: int = -1

    def covering(self, rows: int) -> "Outlook":
        """The same for so many rows; nothing is said of the new ones."""
        return replace(
            self,
            near=grown(self.near, rows, np.nan),
            at=grown(self.at, rows, np.nan),
            far=grown(self.far, rows, np.nan),
            level=grown(self.level, rows, np.nan),
            cleared=grown(self.cleared, rows, np.nan),
            said_at=grown(self.said_at, rows, np.nan),
        )

    def or_else(self, before: "Outlook", held: Mask) -> "Outlook":
        """This outlook, but what was said before where that is held on to."""
        return replace(
            self,
            near=np.where(held, before.near, self.near),
            at=np.where(held, before.at, self.at),
            far=np.where(held, before.far, self.far),
            level=np.where(held, before.level, self.level),
            cleared=np.where(held, before.cleared, self.cleared),
            said_at=np.where(held, before.said_at, self.said_at),
        )


def outlook(rule: Exhaustion, trail: Trail, now: float) -> Outlook:
    """Looks at what is low, lower than ever, and falling in a line that will not stop by itself.

    A saw-tooth (a clean-up every night, a rotation every week) has been as low before and
    recovered: no forecast. O(series) to find the candidates, O(points²) for each of them.
    """
    found = np.full((3, len(trail.rows)), np.nan)
    fine = trail.fine.unrolled(np.arange(len(trail.rows)))
    newest = median(fine[:, -3:])
    low = np.flatnonzero(newest < rule.below)
    places = low[newest[low] < _support(trail, low)]
    if len(places):
        found[:, places] = _ends(rule, trail, places, newest[places])
    return Outlook(
        near=found[0],
        at=found[1],
        far=found[2],
        level=newest,
        cleared=newest + np.fmax(RECOVERED_RATIO, CLEAR_OF_NOISE * _noise(fine[:, -HOUR_POINTS:])),
        said_at=np.full(len(newest), now),
        step=trail.fine.running,
    )


def _noise(fine: Floats) -> Floats:
    """The spread (σ) of the points about a fall as steady as theirs. Shape (places,)."""
    steps = np.diff(fine, axis=1)
    away = np.abs(steps - median(steps)[:, None])
    return np.asarray(NORMAL_MAD * median(away) / np.sqrt(2))


def _support(trail: Trail, places: Rows) -> Floats:
    """The level under which a series is lower than it ever was and recovered from. Shape (places,).

    What lies under 10 % is no such recovery: somebody may have had to help. Only readings older
    than a day count, so that a steady fall is always a new low.
    """
    lows = trail.lows.unrolled(places)[:, :-1]
    recent = trail.coarse.unrolled(places)[:, : COARSE_POINTS - DAY_POINTS]
    past = np.concatenate((lows, recent), axis=1)
    lowest = np.min(np.where(past >= COMFORT_RATIO, past, np.inf), axis=1)
    highs = trail.highs.unrolled(places)
    rises = median(np.maximum(highs[:, 1:] - trail.lows.unrolled(places)[:, :-1], 0))
    margin = np.maximum(LEAST_MARGIN, SWING_MARGIN * np.nan_to_num(rises))
    return np.asarray(lowest - margin)


@dataclass(frozen=True, kw_only=True)
class _Window:
    """A stretch of the past through which a line may be laid; ``values`` (places, times)."""

    seconds: float
    times: Floats
    values: Floats
    least_points: int = LEAST_POINTS


def _windows(trail: Trail, places: Rows) -> tuple[_Window, ...]:
    """The stretches looked at, the longest first: a week's lows, two days, half a day, 3 h."""
    coarse, times = trail.coarse.unrolled(places), trail.coarse.times()
    lows, today = trail.lows.unrolled(places), trail.lows.pending[places]
    hours = COARSE_POINTS // 4
    hourly = median(coarse.reshape(-1, 4)).reshape(len(places), hours)
    return (
        _Window(
            seconds=WEEK,
            times=np.append(trail.lows.times()[-DAYS_OF_WEEK:], trail.fine.times()[-1]),
            values=np.append(lows[:, -DAYS_OF_WEEK:], today[:, None].astype(np.float64), axis=1),
            least_points=DAYS_OF_WEEK,
        ),
        _Window(seconds=TWO_DAYS, times=times.reshape(hours, 4).mean(axis=1), values=hourly),
        _Window(seconds=HALF_DAY, times=times[-48:], values=coarse[:, -48:]),
        _Window(seconds=SHORT, times=trail.fine.times(), values=trail.fine.unrolled(places)),
    )


def _ends(rule: Exhaustion, trail: Trail, places: Rows, newest: Floats) -> Floats:
    """Near end, line and far end of each place (unix seconds, NaN: none). Shape (3, places).

    The longer look speaks, unless a shorter one sees a fall steeper than any before.
    """
    coarse, known = trail.coarse.unrolled(places), _known_for_a_day(trail, places)
    now = trail.fine.times()[-1]
    found = np.full((3, len(places)), np.nan)
    for window in _windows(trail, places):
        line = trends(window.times, window.values, window.least_points)
        ends = window.times[-1] + np.stack(line.seconds_to_zero())
        speaks = (ends[1] - now <= AHEAD * window.seconds) & (
            ends[2] - now <= FARTHEST * rule.horizon_seconds
        )
        if window.seconds <= HALF_DAY:
            speaks &= _steeper(coarse, window.seconds) | ~known
        found = np.where(speaks, ends, found)
    urgent = (newest < COMFORT_RATIO) & (found[1] - now <= rule.critical_seconds)
    return np.asarray(np.where(known | urgent, found, np.nan))


def _known_for_a_day(trail: Trail, places: Rows) -> Mask:
    """Whether a series was seen more than a day ago: else one tooth looks like a fall."""
    before = trail.coarse.unrolled(places)[:, : COARSE_POINTS - DAY_POINTS]
    days = trail.lows.unrolled(places)[:, :-1]
    seen = np.count_nonzero(np.isfinite(before), axis=1) >= DAY_POINTS // 2
    return np.asarray(seen | np.isfinite(days).any(axis=1))


def _steeper(coarse: Floats, seconds: float) -> Mask:
    """Whether the newest fall of that length is steeper than every one before that ended well.

    ``coarse`` has shape (places, points). One that ended under 10 % did not end well.
    """
    length = int(seconds // 900)
    falls = coarse[:, :-length] - coarse[:, length:]
    earlier = falls[:, : -length or None]
    well = coarse[:, length:][:, : -length or None] >= COMFORT_RATIO
    steepest = np.max(np.where(well & np.isfinite(earlier), earlier, 0), axis=1, initial=0)
    return np.asarray(falls[:, -1] > STEEPER * steepest)
