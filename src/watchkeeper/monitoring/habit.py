"""Deviations: readings far from what the series usually is at this hour, once that is known."""

import numpy as np

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.domain.threshold import Habit, Side
from watchkeeper.monitoring import season as seasons
from watchkeeper.monitoring.numbers import ALERT_SIGMA, CRITICAL_SIGMA
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.season import Season
from watchkeeper.monitoring.track import Track, advanced, covering, opened


def rule_of(habit: Habit) -> str:
    """What its anomalies name as their rule."""
    return f"hour-of-day:{habit.metric}"


def prepared(habit: Habit, season: Season | None, frame: Frame) -> Season:
    """The metric's season in this hour, with a place for every series of it."""
    rows = np.flatnonzero(frame.presence.of_metric(habit.metric))
    return seasons.covering(season or Season(), rows, frame.at, habit.spread_floor)


def followed(habit: Habit, track: Track | None, season: Season, frame: Frame) -> Track:
    """The habit's track after this cycle; during the cold start nothing is bad. O(series)."""
    track = track or opened(rule_of(habit), AnomalyKind.DEVIATION, habit.persistence)
    track = covering(track, season.rows)
    values = frame.values[season.rows]
    sigma = season.deviation(values) * (1 if habit.side is Side.ABOVE else -1)
    bad = season.warm(frame.at) & (sigma >= ALERT_SIGMA)
    return advanced(track, bad, frame.seen[season.rows] & np.isfinite(values), frame.at)


def taught(season: Season, frame: Frame) -> Season:
    """The season after this cycle's readings; anomalous ones, on either side, do not teach it."""
    if not len(season.rows):
        return season
    values = frame.values[season.rows]
    seen = frame.seen[season.rows] & np.isfinite(values)
    odd = seen & season.warm(frame.at) & (np.abs(season.deviation(values)) >= ALERT_SIGMA)
    return seasons.taught(season, values, seen & ~odd, odd, frame.at)


def anomalies(
    habit: Habit, track: Track, season: Season, frame: Frame, roster: Roster
) -> tuple[Anomaly, ...]:
    """What stands out now and has for long enough."""
    places = track.persistent(frame.at)
    if not len(places):
        return ()
    rows = track.rows[places]
    sign = 1 if habit.side is Side.ABOVE else -1
    centre, width = season.centre[places], season.width[places]
    sigmas = season.deviation(frame.values[season.rows])[places]
    return tuple(
        Anomaly(
            server=roster.series[int(row)].server,
            metric=habit.metric,
            part=roster.series[int(row)].part,
            kind=AnomalyKind.DEVIATION,
            rule=track.rule,
            severity=_severity(float(sigma) * sign),
            value=float(frame.values[row]),
            limit=float(edge),
            deviation=float(sigma),
            since=from_unix(float(since)),
        )
        for row, sigma, edge, since in zip(
            rows, sigmas, centre + sign * ALERT_SIGMA * width, track.since[places], strict=True
        )
    )


def _severity(sigma: float) -> AlertSeverity:
    return AlertSeverity.CRITICAL if sigma >= CRITICAL_SIGMA else AlertSeverity.WARNING
