"""The first look: what kind of incident, how bad, and whose state could matter."""

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.events.incidents import EvidenceRequested, IncidentTriaged
from watchkeeper.domain.evidence import Asked, Question
from watchkeeper.domain.metric import (
    FILESYSTEM_FREE,
    INODES_FREE,
    PROBE_SUCCESS,
    SERVICE_PROCESSES,
    UP,
)
from watchkeeper.domain.severity import AlertSeverity, Priority
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.knowledge.estate import EstateGraph

UNKNOWN_TYPE = "unknown"
SOURCE_LOST_TYPE = "source-lost"

_TYPE_OF_METRIC = {
    PROBE_SUCCESS.name: "service-down",
    SERVICE_PROCESSES.name: "service-down",
    UP.name: "server-down",
    FILESYSTEM_FREE.name: "disk-full",
    INODES_FREE.name: "inode-exhaustion",
    "memory_available_ratio": "memory-pressure",
    "swap_used_ratio": "memory-pressure",
    "cpu_busy_ratio": "cpu-saturation",
    "load_per_core": "cpu-saturation",
    "disk_busy_ratio": "disk-saturation",
    "network_errors_per_second": "network-errors",
}
_WORST_FIRST = (
    "server-down",
    "service-down",
    "disk-full",
    "inode-exhaustion",
    "disk-filling",
    "memory-pressure",
    "cpu-saturation",
    "disk-saturation",
    "network-errors",
    UNKNOWN_TYPE,
)


def type_of(anomaly: Anomaly) -> str:
    """The incident type that an anomaly by itself speaks for."""
    if anomaly.metric == FILESYSTEM_FREE.name and anomaly.kind is AnomalyKind.FORECAST:
        return "disk-filling"
    return _TYPE_OF_METRIC.get(anomaly.metric, UNKNOWN_TYPE)


def incident_type(anomalies: tuple[Anomaly, ...]) -> str:
    """The worst type that any of the anomalies speaks for."""
    types = {type_of(anomaly) for anomaly in anomalies}
    return next((name for name in _WORST_FIRST if name in types), UNKNOWN_TYPE)


def triaged(state: IncidentState, estate: EstateGraph) -> IncidentTriaged:
    """What kind of incident this is, its priority (impact × urgency), and its scope."""
    if state.source_lost:
        return IncidentTriaged(incident_type=SOURCE_LOST_TYPE, priority=Priority.P2, scope=())
    kind = incident_type(state.symptoms)
    scope = in_scope(state, estate)
    return IncidentTriaged(incident_type=kind, priority=_priority(kind, state, estate), scope=scope)


def in_scope(state: IncidentState, estate: EstateGraph) -> tuple[str, ...]:
    """The services that the anomalies speak of, everything those need, and their servers."""
    items: dict[str, None] = {}
    for anomaly in state.symptoms:
        for service in _spoken_of(anomaly, estate):
            items.update(dict.fromkeys((service, *estate.upstreams(service))))
        items[anomaly.server] = None
    items.update(dict.fromkeys([estate.server_of(item) for item in items]))
    return tuple(item for item in items if item)


def _spoken_of(anomaly: Anomaly, estate: EstateGraph) -> tuple[str, ...]:
    """The service that an anomaly names; where it names none, every service of its server."""
    if anomaly.part in estate.services:
        return (anomaly.part,)
    return tuple(service.name for service in estate.services_on(anomaly.server))


def _priority(kind: str, state: IncidentState, estate: EstateGraph) -> Priority:
    """Impact (who else needs it) × urgency (is it down, or only going to be)."""
    if kind == "disk-filling":
        return Priority.P4
    critical = any(a.severity is AlertSeverity.CRITICAL for a in state.symptoms)
    felt = any(a.part in estate.services and estate.dependants(a.part) for a in state.symptoms)
    if kind in ("server-down", "service-down"):
        return Priority.P2 if felt or kind == "server-down" else Priority.P3
    return Priority.P3 if critical else Priority.P4


def questions(
    state: IncidentState, scope: tuple[str, ...], estate: EstateGraph
) -> EvidenceRequested:
    """What to ask first, about everything in scope."""
    wanted: list[tuple[Question, str]] = []
    for item in scope:
        service = estate.services.get(item)
        if service:
            wanted.append((Question.SERVICE_STATE, item))
            if service.logs or service.unit:
                wanted.append((Question.ERROR_LINES, item))
        else:
            wanted.append((Question.READINGS, item))
    wanted.append((Question.RECENT_CHANGES, state.server))
    wanted.append((Question.SIMILAR_INCIDENTS, state.server))
    return numbered(wanted, after=state.asked)


def numbered(wanted: list[tuple[Question, str]], after: int) -> EvidenceRequested:
    """Questions with ids that stay unique within the incident."""
    return EvidenceRequested(
        asked=tuple(
            Asked(id=f"E{number}", question=question, item=item)
            for number, (question, item) in enumerate(wanted, start=after + 1)
        )
    )
