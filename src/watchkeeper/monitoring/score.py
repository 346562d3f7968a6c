"""Step 2, score: every series against every rule that concerns it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.threshold import Holds, Threshold
from watchkeeper.monitoring import habit, static, validity
from watchkeeper.monitoring.columns import Mask
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.season import Season
from watchkeeper.monitoring.terms import Terms
from watchkeeper.monitoring.track import Track, Tracks

Seasons = Mapping[str, Season]  # by metric


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What a cycle's scoring found: the anomalies that persist, and all rules one cycle on."""

    anomalies: tuple[Anomaly, ...]
    tracks: Tracks
    seasons: Seasons


def score(frame: Frame, roster: Roster, tracks: Tracks, seasons: Seasons, terms: Terms) -> Scored:
    """Every rule one cycle on: O(series) in numpy for each rule, O(1) in Python an anomaly.

    Baselines are asked before this cycle's readings teach them.
    """
    hourly = {
        one.metric: habit.prepared(one, seasons.get(one.metric), frame)
        for one in terms.rules.habits
    }
    followed = {track.rule: track for track in _followed(frame, tracks, hourly, terms)}
    return Scored(
        anomalies=tuple(_found(frame, roster, followed, hourly, terms)),
        tracks=followed,
        seasons={metric: habit.taught(season, frame) for metric, season in hourly.items()},
    )


def _followed(frame: Frame, tracks: Tracks, seasons: Seasons, terms: Terms) -> Iterator[Track]:
    for rule in terms.rules.static:
        silenced = _silenced(rule, seasons, frame)
        yield static.followed(rule, tracks.get(rule.id), frame, silenced)
    for one in terms.rules.habits:
        before = tracks.get(habit.rule_of(one))
        yield habit.followed(one, before, seasons[one.metric], frame)
    yield validity.invalid(tracks.get(validity.INVALID), frame)
    after = terms.pace.vanished_after_cycles
    yield validity.vanished(tracks.get(validity.VANISHED), frame, after)


def _silenced(rule: Threshold, seasons: Seasons, frame: Frame) -> Mask | None:
    """Where a rule of the cold start has no say any more, by the metric's rows."""
    season = seasons.get(rule.metric)
    if rule.holds is Holds.ALWAYS or season is None:
        return None
    return season.warm(frame.at)


def _found(
    frame: Frame, roster: Roster, tracks: Tracks, seasons: Seasons, terms: Terms
) -> Iterator[Anomaly]:
    for rule in terms.rules.static:
        yield from static.anomalies(rule, tracks[rule.id], frame, roster)
    for one in terms.rules.habits:
        track = tracks[habit.rule_of(one)]
        yield from habit.anomalies(one, track, seasons[one.metric], frame, roster)
    yield from validity.anomalies(tracks[validity.INVALID], frame, roster)
    yield from validity.anomalies(tracks[validity.VANISHED], frame, roster)
