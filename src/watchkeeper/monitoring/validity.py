"""Readings that cannot be judged: nonsense from a source, and servers that it knows no more."""

import numpy as np

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.metric import UP
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.domain.threshold import Persistence
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.track import Track, advanced, covering, opened

INVALID = "not-a-number"
VANISHED = "server-vanished"

_INVALID_FOR = Persistence(bad=3, of=4)  # a source that restarts says NaN for a moment


def invalid(track: Track | None, frame: Frame) -> Track:
    """Follows every series: bad is what the source answers with NaN or an infinity."""
    track = track or opened(INVALID, AnomalyKind.INVALID, _INVALID_FOR)
    track = covering(track, np.arange(len(frame.values)))
    return advanced(track, frame.seen & ~np.isfinite(frame.values), frame.seen, frame.at)


def vanished(track: Track | None, frame: Frame, after_cycles: int) -> Track:
    """Follows every server's ``up``: bad is that its source lives and knows it no more."""
    track = track or opened(VANISHED, AnomalyKind.VANISHED, Persistence())
    track = covering(track, np.flatnonzero(frame.presence.of_metric(UP.name)))
    gone = frame.presence.absent[track.rows] >= after_cycles
    return advanced(track, gone, frame.expected[track.rows], frame.at)


def anomalies(track: Track, frame: Frame, roster: Roster) -> tuple[Anomaly, ...]:
    """What is invalid or has vanished, persistently."""
    critical = track.kind is AnomalyKind.VANISHED
    return tuple(
        Anomaly(
            server=roster.series[int(track.rows[at])].server,
            metric=roster.series[int(track.rows[at])].metric,
            part=roster.series[int(track.rows[at])].part,
            kind=track.kind,
            rule=track.rule,
            severity=AlertSeverity.CRITICAL if critical else AlertSeverity.WARNING,
            value=None,
            since=from_unix(float(track.since[at])),
        )
        for at in track.persistent(frame.at)
    )
