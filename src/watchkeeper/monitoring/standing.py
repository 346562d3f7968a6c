"""How anomalies that were told earlier stand now."""

from dataclasses import dataclass

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.readings import Series
from watchkeeper.monitoring.correlate import SERVICE_METRICS
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.terms import Terms
from watchkeeper.monitoring.track import Standing, Tracks


@dataclass(frozen=True, kw_only=True)
class Standings:
    """One cycle's answer for every series and rule."""

    tracks: Tracks
    frame: Frame
    roster: Roster
    terms: Terms

    def of(self, anomaly: Anomaly) -> Standing:
        """Good, bad or unknown.

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
        return Standing.GOOD if self._gone(anomaly, row) else track.standing(row)

    def _gone(self, anomaly: Anomaly, row: int) -> bool:
        if not anomaly.part or anomaly.metric in SERVICE_METRICS:
            return False
        absent = int(self.frame.presence.absent[row])
        return absent >= self.terms.pace.forgotten_after_cycles

    def _concerns_the_estate(self, anomaly: Anomaly) -> bool:
        service = anomaly.part if anomaly.metric in SERVICE_METRICS else anomaly.server
        return self.terms.estate.knows(anomaly.server) and self.terms.estate.knows(service)
