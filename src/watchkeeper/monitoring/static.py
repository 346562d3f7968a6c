"""Static thresholds: states always, other metrics during the cold start."""

import numpy as np

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.domain.threshold import Side, Threshold
from watchkeeper.monitoring.columns import Floats, Mask
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.track import Track, advanced, covering, opened


def followed(rule: Threshold, track: Track | None, frame: Frame, silenced: Mask | None) -> Track:
    """The rule's track after this cycle. O(series of the metric).

    ``silenced`` (shape: the metric's rows) marks where the rule has no say: there nothing is bad.
    """
    track = track or opened(rule.id, AnomalyKind.THRESHOLD, rule.persistence)
    track = covering(track, np.flatnonzero(frame.presence.of_metric(rule.metric)))
    values = frame.values[track.rows]
    bad = beyond(values, rule.side, _first_limit(rule))
    if silenced is not None:
        bad &= ~silenced
    return advanced(track, bad, frame.seen[track.rows] & np.isfinite(values), frame.at)


def beyond(values: Floats, side: Side, limit: float) -> Mask:
    """Which values are worse than the limit; NaN and the limit itself are not."""
    return np.asarray(values < limit if side is Side.BELOW else values > limit)


def anomalies(rule: Threshold, track: Track, frame: Frame, roster: Roster) -> tuple[Anomaly, ...]:
    """What the rule has to say now, one anomaly a series that is bad persistently."""
    return tuple(_anomaly(rule, track, int(at), frame, roster) for at in track.persistent(frame.at))


def _anomaly(rule: Threshold, track: Track, place: int, frame: Frame, roster: Roster) -> Anomaly:
    row = int(track.rows[place])
    series, value = roster.series[row], float(frame.values[row])
    critical = rule.critical is not None and bool(
        beyond(np.array([value]), rule.side, rule.critical)[0]
    )
    return Anomaly(
        server=series.server,
        metric=series.metric,
        part=series.part,
        kind=track.kind,
        rule=rule.id,
        severity=AlertSeverity.CRITICAL if critical else AlertSeverity.WARNING,
        value=value,
        limit=rule.critical if critical else _first_limit(rule),
        since=from_unix(float(track.since[place])),
    )


def _first_limit(rule: Threshold) -> float:
    """The limit that a reading meets first on its way to bad."""
    limits = [limit for limit in (rule.warning, rule.critical) if limit is not None]
    return max(limits) if rule.side is Side.BELOW else min(limits)
