"""What is said in ``alert/<fingerprint>``."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.entry import Body
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.domain.speakers import AGENTS, SOURCES


@dataclass(frozen=True, kw_only=True)
class AlertRaised(Body, kind="alert.raised", said_by=AGENTS | SOURCES):
    """An alert begins."""

    fingerprint: str
    source: str
    server: str
    severity: AlertSeverity
    anomalies: tuple[Anomaly, ...]
    started_at: datetime
    details: str = ""  # digest of the blob with labels, annotations, log lines around it


@dataclass(frozen=True, kw_only=True)
class AlertUpdated(Body, kind="alert.updated", said_by=AGENTS | SOURCES):
    """An active alert now consists of these anomalies."""

    severity: AlertSeverity
    anomalies: tuple[Anomaly, ...]
    details: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertResolved(Body, kind="alert.resolved", said_by=AGENTS | SOURCES):
    """An alert is over: quiet for long enough, or its source says so."""

    resolved_at: datetime
    quiet_cycles: int = 0


def alert_stream(fingerprint: str) -> str:
    """Where an alert is told."""
    return f"alert/{fingerprint}"
