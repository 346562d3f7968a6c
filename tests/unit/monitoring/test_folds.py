"""How the entries of alerts and sources add up."""

from datetime import timedelta

from tests.unit.monitoring.station import AGENT, START
from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.entry import Body, Entry, Unreadable
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated
from watchkeeper.domain.events.sources import SourceLost, SourceRecovered
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.monitoring.alert_fold import ALERT_FOLD, AlertState
from watchkeeper.monitoring.source_fold import SOURCE_FOLD, SourceState

HOUR = timedelta(hours=1)


def anomaly(part: str) -> Anomaly:
    return Anomaly(
        server="web-1",
        metric="probe_success",
        part=part,
        kind=AnomalyKind.THRESHOLD,
        rule="service-answers",
        severity=AlertSeverity.CRITICAL,
        value=0,
        since=START,
    )


RAISED = AlertRaised(
    fingerprint="f1",
    source="monitoring",
    server="web-1",
    severity=AlertSeverity.CRITICAL,
    anomalies=(anomaly("shop"),),
    started_at=START,
    details="d1",
)
UPDATED = AlertUpdated(
    severity=AlertSeverity.CRITICAL, anomalies=(anomaly("search"), anomaly("shop"))
)
RESOLVED = AlertResolved(resolved_at=START + HOUR, quiet_cycles=3)


def entry(body: Body | Unreadable, minute: int, stream: str = "alert/f1") -> Entry:
    return Entry(
        position=minute + 1,
        stream=stream,
        revision=minute + 1,
        at=START + timedelta(minutes=minute),
        actor=AGENT,
        cause=None,
        body=body,
    )


def told(*bodies: Body | Unreadable) -> AlertState:
    state = ALERT_FOLD.initial("alert/f1")
    for minute, body in enumerate(bodies):
        state = ALERT_FOLD.evolve(state, entry(body, minute))
    return state


def test_a_raised_alert_is_active_and_open() -> None:
    state = told(RAISED)
    assert state.active
    assert state.open
    assert state.wake_at is None
    assert state.anomalies == RAISED.anomalies
    assert state.details == "d1"


def test_an_update_changes_what_it_consists_of_and_keeps_the_words() -> None:
    state = told(RAISED, UPDATED)
    assert [a.part for a in state.anomalies] == ["search", "shop"]
    assert state.details == "d1"
    assert state.started_at == START
    assert state.updated_at == START + timedelta(minutes=1)


def test_a_resolved_alert_is_over_and_keeps_who_it_was() -> None:
    state = told(RAISED, UPDATED, RESOLVED)
    assert not state.open
    assert state.anomalies == ()
    assert (state.server, state.resolved_at) == ("web-1", START + HOUR)


def test_an_alert_that_is_raised_again_counts_its_flaps_within_the_window() -> None:
    state = told(RAISED, RESOLVED, RAISED, RESOLVED, RAISED)
    assert state.active
    assert state.resolved_at is None
    now = START + timedelta(minutes=4)
    assert state.flaps(now, HOUR) == 2
    assert state.flaps(now + timedelta(minutes=58), HOUR) == 0
    assert state.flaps(now + 2 * HOUR, HOUR) == 0


def test_only_the_newest_raises_are_kept() -> None:
    state = told(*[RAISED, RESOLVED] * 40)
    assert len(state.raised_at) == 16


def test_what_it_does_not_know_changes_nothing() -> None:
    assert told(RAISED, Unreadable(kind="alert.silenced", schema=1)) == told(RAISED)


def test_a_source_is_lost_until_it_recovers() -> None:
    state: SourceState = SOURCE_FOLD.initial("source/prometheus")
    assert not state.open
    lost = entry(SourceLost(source="prometheus", reason="refused"), 1, "source/prometheus")
    state = SOURCE_FOLD.evolve(state, lost)
    assert state.open
    assert (state.source, state.reason, state.since) == ("prometheus", "refused", lost.at)
    back = entry(SourceRecovered(source="prometheus"), 2, "source/prometheus")
    state = SOURCE_FOLD.evolve(state, back)
    assert not state.open
    assert (state.reason, state.losses) == ("", 1)
