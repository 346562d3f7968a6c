"""From which incident another one descends: they share one budget of actions.

A fault that comes back, splits off, or shows beside one that a person has is no new fault.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.knowledge.estate import EstateGraph

COMES_BACK_WITHIN = timedelta(hours=24)  # of its end, a fault is the same one


def root_of(
    fingerprint: str,
    anomalies: tuple[Anomaly, ...],
    incidents: Iterable[IncidentState],
    estate: EstateGraph,
    now: datetime,
) -> str:
    """The root of the newest incident that this alert descends from; empty: it is a new fault.

    ``incidents``: newest first.
    """
    for incident in incidents:
        if _descends(fingerprint, anomalies, incident, estate, now):
            return incident.root or incident.id
    return ""


def _descends(
    fingerprint: str,
    anomalies: tuple[Anomaly, ...],
    incident: IncidentState,
    estate: EstateGraph,
    now: datetime,
) -> bool:
    """The same alert, or the same item, or beside one that is still open."""
    if incident.source_lost:
        return False
    if incident.closed_at is not None and now - incident.closed_at >= COMES_BACK_WITHIN:
        return False
    if fingerprint in incident.alerts:
        return True
    items = {estate.item_of(anomaly) for anomaly in anomalies}
    before = {estate.item_of(each) for found in incident.alerts.values() for each in found}
    mended = {taken.target for taken in incident.taken}
    if items & (before | mended):
        return True
    return incident.open and any(estate.related(a.server, incident.server) for a in anomalies)
