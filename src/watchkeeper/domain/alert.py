"""Alerts: several anomalies of one server, fused into one that is worth a look."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.severity import AlertSeverity


@dataclass(frozen=True, kw_only=True)
class CompoundAlert:
    """What is wrong with one server, as one alert."""

    fingerprint: str
    source: str
    server: str
    severity: AlertSeverity
    anomalies: tuple[Anomaly, ...]  # worst first
    started_at: datetime


def fingerprint(source: str, server: str, signature: tuple[str, ...]) -> str:
    """16 hexadecimal digits that name an alert: whose it is and which series began it."""
    text = "\x00".join((source, server, *sorted(signature)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
