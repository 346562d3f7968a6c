"""What a busy watch writes: alerts that are raised, say something new, and are over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, islice

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.alerts import (
    AlertRaised,
    AlertResolved,
    AlertUpdated,
    alert_stream,
)
from watchkeeper.domain.severity import AlertSeverity

SINCE = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class AlertLives:
    """An endless supply of drafts, three a stream, each at the revision that it expects."""

    _drafts: Iterator[Draft] = field(default_factory=lambda: _lives())

    def next(self, number: int) -> tuple[Draft, ...]:
        """So many more."""
        return tuple(islice(self._drafts, number))


def _lives() -> Iterator[Draft]:
    for number in count():
        stream = alert_stream(f"{number:016x}")
        yield Draft(stream=stream, body=_raised(number), expected=0)
        yield Draft(stream=stream, body=_updated(number), expected=1)
        yield Draft(stream=stream, body=AlertResolved(resolved_at=SINCE), expected=2)


def _raised(number: int) -> AlertRaised:
    return AlertRaised(
        fingerprint=f"{number:016x}",
        source="prometheus",
        server=_server(number),
        severity=AlertSeverity.WARNING,
        anomalies=(_anomaly(number, AlertSeverity.WARNING),),
        started_at=SINCE,
    )


def _updated(number: int) -> AlertUpdated:
    return AlertUpdated(
        severity=AlertSeverity.CRITICAL, anomalies=(_anomaly(number, AlertSeverity.CRITICAL),)
    )


def _anomaly(number: int, severity: AlertSeverity) -> Anomaly:
    return Anomaly(
        server=_server(number),
        metric="filesystem_free_ratio",
        part="/var/lib/postgresql",
        kind=AnomalyKind.DEVIATION,
        rule="baseline",
        severity=severity,
        value=0.0625 + number / 1e6,
        limit=0.25,
        deviation=4.375,
        since=SINCE,
    )


def _server(number: int) -> str:
    return f"db-{number % 400:03d}.example.org"
