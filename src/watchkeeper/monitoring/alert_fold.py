"""How an alert's entries add up."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated
from watchkeeper.domain.severity import AlertSeverity

RAISES_KEPT = 16


@dataclass(frozen=True, kw_only=True)
class AlertState:
    """An alert as its entries tell it. A stream may be raised and resolved many times."""

    fingerprint: str = ""
    source: str = ""
    server: str = ""
    severity: AlertSeverity = AlertSeverity.WARNING
    anomalies: tuple[Anomaly, ...] = ()
    active: bool = False
    started_at: datetime | None = None
    resolved_at: datetime | None = None
    updated_at: datetime | None = None
    raised_at: tuple[datetime, ...] = ()  # the newest 16
    details: str = ""  # digest of the newest blob

    @property
    def wake_at(self) -> datetime | None:
        """Never by itself: the monitoring cycle looks at every active alert."""
        return None

    @property
    def open(self) -> bool:
        """While it is active."""
        return self.active

    def flaps(self, now: datetime, window: timedelta) -> int:
        """How often it was raised again within the window before ``now``."""
        return max(sum(at > now - window for at in self.raised_at) - 1, 0)


def evolve(state: AlertState, entry: Entry) -> AlertState:
    """The alert after one more entry."""
    match entry.body:
        case AlertRaised() as raised:
            return replace(
                state,
                fingerprint=raised.fingerprint,
                source=raised.source,
                server=raised.server,
                severity=raised.severity,
                anomalies=raised.anomalies,
                active=True,
                started_at=raised.started_at,
                resolved_at=None,
                updated_at=entry.at,
                raised_at=(*state.raised_at, entry.at)[-RAISES_KEPT:],
                details=raised.details,
            )
        case AlertUpdated(severity=severity, anomalies=anomalies, details=details):
            return replace(
                state,
                severity=severity,
                anomalies=anomalies,
                updated_at=entry.at,
                details=details or state.details,
            )
        case AlertResolved(resolved_at=resolved_at):
            return replace(
                state, active=False, anomalies=(), resolved_at=resolved_at, updated_at=entry.at
            )
        case _:
            return state


ALERT_FOLD: Fold[AlertState] = Fold(
    prefix="alert", state=AlertState, initial=lambda _: AlertState(), evolve=evolve
)
