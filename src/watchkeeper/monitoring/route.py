"""Step 8, route: the news as entries, each decided on one revision of its stream."""

from datetime import datetime

from watchkeeper.domain.entry import Body, Draft
from watchkeeper.domain.events.alerts import (
    AlertRaised,
    AlertResolved,
    AlertUpdated,
    alert_stream,
)
from watchkeeper.monitoring.deduplicate import News, Turn


def route(news: News, details: str, now: datetime) -> Draft:
    """The entry that tells it; ``details`` is the digest of the blob with the words, or empty."""
    return Draft(
        stream=alert_stream(news.alert.fingerprint),
        body=_body(news, details, now),
        expected=news.expected,
    )


def _body(news: News, details: str, now: datetime) -> Body:
    alert = news.alert
    match news.turn:
        case Turn.RAISED:
            return AlertRaised(
                fingerprint=alert.fingerprint,
                source=alert.source,
                server=alert.server,
                severity=alert.severity,
                anomalies=alert.anomalies,
                started_at=alert.started_at,
                details=details,
            )
        case Turn.UPDATED:
            return AlertUpdated(severity=alert.severity, anomalies=alert.anomalies, details=details)
        case Turn.RESOLVED:
            return AlertResolved(resolved_at=now, quiet_cycles=news.quiet_cycles)
