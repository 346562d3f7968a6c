"""Alerts from outside."""

from watchkeeper.domain.events.alerts import alert_stream
from watchkeeper.engine.intents import whole_stream
from watchkeeper.interfaces.views.incidents import View, text_of, timeline_entry
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.interfaces.views.plain import at_or_none, plain
from watchkeeper.monitoring.alert_fold import AlertState
from watchkeeper.ports.journal import Held, Journal


class NoSuchAlert(NotThere):
    """There is no such alert; `watchkeeper alerts list` shows them."""


async def active_alerts(journal: Journal) -> list[View]:
    """The alerts that are active now, newest first."""
    return _newest_first(await journal.open_streams("alert"))


async def alert_list(journal: Journal, limit: int = 1000) -> list[View]:
    """Active and resolved alerts, newest first."""
    return _newest_first(await journal.all_streams("alert", limit))


async def alert_story(journal: Journal, fingerprint: str) -> View:
    """One alert with its timeline. Raises NoSuchAlert."""
    held = await journal.held(alert_stream(fingerprint))
    if held is None or not held.readable:
        raise NoSuchAlert(fingerprint)
    state: AlertState = held.state
    entries = await whole_stream(journal, held.stream)
    return {
        **alert_view(state),
        "anomalies": plain(state.anomalies),
        "details": await text_of(journal, state.details),
        "timeline": [timeline_entry(entry) for entry in entries],
    }


def alert_view(state: AlertState) -> View:
    """One alert in a line."""
    return {
        "fingerprint": state.fingerprint,
        "active": state.active,
        "severity": state.severity.value,
        "server": state.server,
        "source": state.source,
        "series": [anomaly.series for anomaly in state.anomalies],
        "rules": [anomaly.rule for anomaly in state.anomalies],
        "started_at": at_or_none(state.started_at),
        "resolved_at": at_or_none(state.resolved_at),
        "updated_at": at_or_none(state.updated_at),
    }


def _newest_first(held: tuple[Held, ...]) -> list[View]:
    states: list[AlertState] = [each.state for each in held if each.readable]
    ordered = sorted(states, key=lambda s: (s.started_at is not None, s.started_at), reverse=True)
    return [alert_view(state) for state in ordered]
