"""Step 3, correlate: which anomaly leads, and which follow."""

from collections.abc import Iterable

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.metric import CATALOGUE
from watchkeeper.domain.severity import AlertSeverity

SERVICE_METRICS = frozenset(metric.name for metric in CATALOGUE if metric.part == "service")


def correlate(anomalies: Iterable[Anomaly]) -> tuple[Anomaly, ...]:
    """Worst first: the critical, then services before what they run on, then by onset.

    A victim and what it depends on keep their own anomalies and stay together; who pulled whom down
    is for the incident to find, from their onsets and the topology.
    """
    return tuple(sorted(anomalies, key=_rank))


def subject(anomaly: Anomaly) -> str:
    """What an anomaly is about: the service, whichever way it was found dead; else the series."""
    if anomaly.metric in SERVICE_METRICS:
        return f"service{{{anomaly.part}}}"
    return anomaly.series


def _rank(anomaly: Anomaly) -> tuple[bool, bool, float, str, str, str]:
    return (
        anomaly.severity is not AlertSeverity.CRITICAL,
        anomaly.metric not in SERVICE_METRICS,
        anomaly.since.timestamp(),
        anomaly.metric,
        anomaly.part,
        anomaly.rule,
    )
