"""Step 2, score: every series against every rule that concerns it."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.readings import Series
from watchkeeper.monitoring import static, validity
from watchkeeper.monitoring.correlate import SERVICE_METRICS
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.terms import Terms
from watchkeeper.monitoring.track import Standing, Track

Tracks = Mapping[str, Track]  # rule id → its track


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What a cycle's scoring found: the anomalies that persist, and how everything else stands."""

    anomalies: tuple[Anomaly, ...]
    tracks: Tracks
    frame: Frame
    roster: Roster
    terms: Terms

    def standing(self, anomaly: Anomaly) -> Standing:
        """How an anomaly that was told earlier stands now.

        A rule or an item that is no more has no complaint. A mount or device that is long gone,
        while its server is not, is good; a service never is by being absent.
        """
        track = self.tracks.get(anomaly.rule)
        if track is None or not self._concerns_the_estate(anomaly):
            return Standing.GOOD
        row = self.roster.row(
            Series(server=anomaly.server, metric=anomaly.metric, part=anomaly.part)
        )
        if row is None:
            return Standing.UNKNOWN
        absent = int(self.frame.presence.absent[row])
        gone = anomaly.part and anomaly.metric not in SERVICE_METRICS
        if gone and absent >= self.terms.pace.forgotten_after_cycles:
            return Standing.GOOD
        return track.standing(row)

    def _concerns_the_estate(self, anomaly: Anomaly) -> bool:
        service = anomaly.part if anomaly.metric in SERVICE_METRICS else anomaly.server
        return self.terms.estate.knows(anomaly.server) and self.terms.estate.knows(service)


def score(frame: Frame, roster: Roster, tracks: Tracks, terms: Terms) -> Scored:
    """Every rule one cycle on: O(series) in numpy for each rule, O(1) in Python an anomaly."""
    rules, pace = terms.rules, terms.pace
    followed = {
        rule.id: static.followed(rule, tracks.get(rule.id), frame, None) for rule in rules.static
    }
    found = [
        anomaly
        for rule in rules.static
        for anomaly in static.anomalies(rule, followed[rule.id], frame, roster)
    ]
    invalid = validity.invalid(tracks.get(validity.INVALID), frame)
    vanished = validity.vanished(tracks.get(validity.VANISHED), frame, pace.vanished_after_cycles)
    for track in (invalid, vanished):
        found.extend(validity.anomalies(track, frame, roster))
    return Scored(
        anomalies=tuple(found),
        tracks={**followed, validity.INVALID: invalid, validity.VANISHED: vanished},
        frame=frame,
        roster=roster,
        terms=terms,
    )
