"""Step 4, precursor: what will go wrong though nothing is wrong yet. Here: ratios that run out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.domain.threshold import Exhaustion, Persistence
from watchkeeper.monitoring import track as track_of
from watchkeeper.monitoring.columns import Floats, Mask
from watchkeeper.monitoring.outlook import RECOVERED_RATIO, Outlook, outlook
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.roster import Roster, Rows
from watchkeeper.monitoring.terms import Terms
from watchkeeper.monitoring.track import (
    Track,
    Tracks,
    advanced,
    covering,
    ended,
    opened,
    resting,
)
from watchkeeper.monitoring.trail import Trail

HELD_SECONDS = 3600.0  # a forecast outlives the last look that said it by so long
_TWICE = Persistence(bad=2, of=2)  # foreseen twice, five minutes apart


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """A ratio's past, what it means, and how long that has been so."""

    trail: Trail
    outlook: Outlook
    track: Track


Foresights = Mapping[str, Foresight]  # by metric


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What a cycle foresaw."""

    anomalies: tuple[Anomaly, ...]
    foresights: Foresights

    @property
    def tracks(self) -> Tracks:
        """The rules that foresee, each with its track."""
        return {one.track.rule: one.track for one in self.foresights.values()}


def precursor(frame: Frame, roster: Roster, before: Foresights, terms: Terms) -> Foreseen:
    """One cycle on: readings remembered, and every five minutes looked at for where they lead."""
    after = {
        rule.metric: _looked(rule, before.get(rule.metric) or beginning(rule), frame)
        for rule in terms.rules.exhaustion
    }
    found = (
        anomaly
        for rule in terms.rules.exhaustion
        for anomaly in _anomalies(rule, after[rule.metric], frame, roster)
    )
    return Foreseen(anomalies=tuple(found), foresights=after)


def rule_of(rule: Exhaustion) -> str:
    """What its anomalies name as their rule."""
    return f"exhaustion:{rule.metric}"


def restarted(foresight: Foresight) -> Foresight:
    """The same past with nothing counted: after a jump of the clock."""
    return replace(foresight, track=track_of.restarted(foresight.track))


def kept(foresight: Foresight, keep: Mask, renumbered: Rows) -> Foresight:
    """Only the roster rows that ``keep`` marks, under their new numbers (both by old row)."""
    return Foresight(
        trail=foresight.trail.kept(keep, renumbered),
        outlook=Outlook(),
        track=track_of.kept(foresight.track, keep, renumbered),
    )


def beginning(rule: Exhaustion) -> Foresight:
    """Nothing remembered yet."""
    track = opened(rule_of(rule), AnomalyKind.FORECAST, _TWICE)
    return Foresight(trail=Trail(), outlook=Outlook(), track=track)


def _looked(rule: Exhaustion, before: Foresight, frame: Frame) -> Foresight:
    rows = np.flatnonzero(frame.presence.of_metric(rule.metric))
    values = frame.values[rows]
    seen = frame.seen[rows] & np.isfinite(values)
    trail = before.trail.covering(rows).after(frame.at, values, seen)
    track = covering(before.track, rows)
    said = before.outlook.covering(len(rows))
    if trail.fine.running == before.outlook.step and len(before.outlook.at) == len(rows):
        track = ended(resting(track), _room_again(said, values, seen))
        return Foresight(trail=trail, outlook=before.outlook, track=track)
    fresh = outlook(rule, trail, frame.at)
    soon = (fresh.near - frame.at <= rule.horizon_seconds) & ~_room_again(fresh, values, seen)
    held = track.bad & ~soon & ~_room_again(said, values, seen) & _holds(fresh, said)
    ahead = fresh.or_else(said, held)
    return Foresight(trail=trail, outlook=ahead, track=advanced(track, soon | held, seen, frame.at))


def _room_again(said: Outlook, values: Floats, seen: Mask) -> Mask:
    """Where there is clearly more left now than when it was said: that holds no more, at once.

    A level follows ten minutes behind; whoever has made room need not wait for it.
    """
    return np.asarray(seen & (values > said.cleared))


def _holds(fresh: Outlook, said: Outlook) -> Mask:
    """What was foreseen is held on to for an hour, unless there is clearly more left than then.

    An interval grows and shrinks with the noise; that it is wide for a moment is no all-clear.
    """
    lately = fresh.said_at - said.said_at <= HELD_SECONDS
    return np.asarray(lately & (fresh.level <= said.level + RECOVERED_RATIO))


def _anomalies(
    rule: Exhaustion, foresight: Foresight, frame: Frame, roster: Roster
) -> tuple[Anomaly, ...]:
    return tuple(
        _anomaly(rule, foresight, int(place), frame, roster)
        for place in foresight.track.persistent(frame.at)
    )


def _anomaly(
    rule: Exhaustion, foresight: Foresight, place: int, frame: Frame, roster: Roster
) -> Anomaly:
    row, ahead = int(foresight.track.rows[place]), foresight.outlook
    series, value = roster.series[row], float(frame.values[row])
    urgent = ahead.at[place] - frame.at <= rule.critical_seconds
    return Anomaly(
        server=series.server,
        metric=series.metric,
        part=series.part,
        kind=AnomalyKind.FORECAST,
        rule=rule_of(rule),
        severity=AlertSeverity.CRITICAL if urgent else AlertSeverity.WARNING,
        value=value if np.isfinite(value) else None,
        limit=0.0,
        since=from_unix(float(foresight.track.since[place])),
        expected_at=from_unix(float(ahead.at[place])),
        expected_earliest_at=from_unix(float(ahead.near[place])),
        expected_latest_at=from_unix(float(ahead.far[place])),
    )
