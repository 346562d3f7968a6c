"""How bad an alert is, and how soon an incident wants a person."""

from enum import StrEnum


class AlertSeverity(StrEnum):
    """An alert's severity, in Alertmanager's words."""

    WARNING = "warning"
    CRITICAL = "critical"


class Priority(StrEnum):
    """An incident's priority (ITIL: impact × urgency)."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
