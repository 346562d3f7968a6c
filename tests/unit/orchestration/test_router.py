"""Which incident an alert belongs to, and what its being quiet, or raised again, means for it."""

from dataclasses import replace

import pytest

from tests.unit.incidents.case import ALERT, ESTATE, NOON, OTHER_ALERT, SURE, cause_is, gone, silent
from tests.unit.incidents.ports import House
from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.diagnosis import Diagnosis
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated, alert_stream
from watchkeeper.domain.events.incidents import (
    AlertJoined,
    Escalation,
    IncidentClosed,
    IncidentDiagnosed,
    IncidentEscalated,
    IncidentOpened,
    IncidentTriaged,
    Resolution,
    incident_stream,
)
from watchkeeper.domain.events.sources import SourceLost, SourceRecovered, source_stream
from watchkeeper.domain.severity import AlertSeverity, Priority
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.orchestration.router import Router
from watchkeeper.ports.errors import StaleRevision

MONITORING = Actor(kind=ActorKind.AGENT, name="monitoring")
ORCHESTRATION = Actor(kind=ActorKind.AGENT, name="orchestration")
PROMETHEUS = "prometheus"


class Watch:
    """The journal, and the router that follows it entry by entry."""

    def __init__(self) -> None:
        self.house = House()
        self.router = Router(
            journal=self.house.journal,
            clock=self.house.clock,
            identifiers=self.house.identifiers,
            estate=self.house.graph,
        )

    # ── what monitoring says ──────────────────────────────────────────────────

    def raised(self, *anomalies: Anomaly, alert: str = ALERT) -> None:
        body = AlertRaised(
            fingerprint=alert,
            source="watchkeeper",
            server=anomalies[0].server,
            severity=AlertSeverity.CRITICAL,
            anomalies=anomalies,
            started_at=NOON,
        )
        self.say(alert_stream(alert), body)

    def updated(self, *anomalies: Anomaly, alert: str = ALERT) -> None:
        body = AlertUpdated(severity=AlertSeverity.CRITICAL, anomalies=anomalies)
        self.say(alert_stream(alert), body)

    def resolved(self, alert: str = ALERT) -> None:
        self.say(alert_stream(alert), AlertResolved(resolved_at=NOON))

    def lost(self, source: str = PROMETHEUS) -> None:
        self.say(source_stream(source), SourceLost(source=source, reason="refused"))

    def back(self, source: str = PROMETHEUS) -> None:
        self.say(source_stream(source), SourceRecovered(source=source))

    def closed(self) -> None:
        """The oldest open incident is over."""
        stream = next(s for s in self.streams() if self.house.disk.folded[s].open)
        self.say(stream, IncidentClosed(resolution=Resolution.FIXED))

    def say(self, stream: str, body: Body) -> None:
        async def story() -> None:
            (entry,) = await self.house.journal.append(
                MONITORING, (Draft(stream=stream, body=body),)
            )
            await self._followed(entry)

        self.house.play(story())

    async def _followed(self, entry: Entry) -> None:
        """What follows is written, and followed in turn."""
        following = await self.router(entry)
        for written in await self.house.journal.append(ORCHESTRATION, following.drafts):
            await self._followed(written)

    # ── what came of it ───────────────────────────────────────────────────────

    def streams(self) -> list[str]:
        """Every incident's stream, oldest first."""
        return sorted(stream for stream in self.house.disk.folded if stream.startswith("incident/"))

    def incidents(self) -> list[IncidentState]:
        return [self.house.disk.folded[stream].state for stream in self.streams()]

    def incident(self) -> IncidentState:
        """The only one."""
        (only,) = self.incidents()
        return only

    def revisions(self) -> list[int]:
        return [self.house.disk.folded[stream].revision for stream in self.streams()]


def watching(*anomalies: Anomaly, alert: str = ALERT) -> Watch:
    watch = Watch()
    watch.raised(*anomalies, alert=alert)
    return watch


def test_an_alert_opens_an_incident_under_a_name_that_sorts_by_time() -> None:
    watch = watching(silent("shop"))
    incident = watch.incident()
    assert (incident.server, incident.alerts) == ("web-1", {ALERT: (silent("shop"),)})
    assert watch.streams() == [incident_stream(incident.id)]
    assert len(incident.id) == 26


def test_an_alert_of_the_same_server_joins_it() -> None:
    watch = watching(silent("orders"))
    watch.raised(gone("db-1"), alert=OTHER_ALERT)
    assert set(watch.incident().alerts) == {ALERT, OTHER_ALERT}


@pytest.mark.parametrize(("first", "then"), [("shop", "orders"), ("orders", "shop")])
def test_alerts_of_servers_whose_services_need_one_another_are_one_incident(
    first: str, then: str
) -> None:
    watch = watching(silent(first))
    watch.raised(silent(then), alert=OTHER_ALERT)
    assert set(watch.incident().alerts) == {ALERT, OTHER_ALERT}


def test_two_victims_of_one_upstream_are_two_incidents_until_the_upstream_speaks() -> None:
    """Neither needs the other: only what they both need would join them."""
    watch = watching(silent("shop"))
    watch.raised(silent("search"), alert=OTHER_ALERT)
    assert len(watch.incidents()) == 2


def test_an_alert_of_a_server_that_has_nothing_to_do_with_it_is_another_incident() -> None:
    watch = watching(silent("shop"))
    watch.raised(silent("blog"), alert=OTHER_ALERT)
    assert [incident.server for incident in watch.incidents()] == ["web-1", "lone-1"]


def test_the_end_of_an_alert_is_told_to_its_incident_once() -> None:
    watch = watching(silent("shop"))
    watch.resolved()
    watch.resolved()
    assert watch.incident().all_quiet
    assert watch.revisions() == [2]


def test_an_alert_raised_again_before_the_close_is_the_same_incident_again() -> None:
    watch = watching(silent("shop"))
    watch.resolved()
    watch.raised(silent("shop"))
    assert not watch.incident().all_quiet


def test_an_alert_raised_again_after_the_close_is_a_new_incident() -> None:
    watch = watching(silent("shop"))
    watch.resolved()
    watch.closed()
    watch.raised(silent("shop"))
    old, new = watch.incidents()
    assert (old.phase, new.phase) == (Phase.CLOSED, Phase.TRIAGE)
    assert old.id < new.id


def test_news_of_an_alert_that_is_over_or_that_no_incident_knows_is_nobody_s_business() -> None:
    watch = watching(silent("shop"))
    watch.resolved()
    watch.updated(silent("shop"), gone("web-1"))
    watch.updated(silent("blog"), alert=OTHER_ALERT)
    watch.resolved(OTHER_ALERT)
    assert watch.revisions() == [2]


def test_an_alert_that_says_something_new_says_it_to_its_incident() -> None:
    watch = watching(silent("shop"))
    watch.updated(silent("shop"), gone("web-1"))
    assert watch.incident().anomalies == (silent("shop"), gone("web-1"))


def test_each_of_two_incidents_hears_only_of_its_own_alert() -> None:
    watch = watching(silent("shop"))
    watch.raised(silent("blog"), alert=OTHER_ALERT)
    watch.updated(silent("blog"), gone("lone-1"), alert=OTHER_ALERT)
    watch.resolved(OTHER_ALERT)
    shop, blog = watch.incidents()
    assert (shop.all_quiet, blog.all_quiet) == (False, True)
    assert watch.revisions() == [1, 3]


def test_an_alert_on_a_server_that_the_estate_does_not_know_is_an_incident_of_that_server() -> None:
    watch = watching(gone("cloud-9"))
    watch.raised(gone("cloud-9"), alert=OTHER_ALERT)
    assert set(watch.incident().alerts) == {ALERT, OTHER_ALERT}


def test_servers_that_the_estate_has_joined_meanwhile_are_one_from_then_on() -> None:
    watch = watching(silent("shop"))
    needy = tuple(
        replace(s, depends_on=("shop",)) if s.name == "blog" else s for s in ESTATE.services
    )
    watch.house.become(replace(ESTATE, services=needy))
    watch.raised(silent("blog"), alert=OTHER_ALERT)
    assert set(watch.incident().alerts) == {ALERT, OTHER_ALERT}


def test_a_lost_source_is_one_incident_on_which_nothing_may_be_done() -> None:
    watch = Watch()
    watch.lost()
    watch.lost()
    incident = watch.incident()
    assert (incident.source_lost, incident.autonomous) == (PROMETHEUS, False)
    assert (incident.server, incident.alerts, watch.revisions()) == ("", {}, [1])


def test_a_source_that_answers_again_is_told_once_and_may_be_lost_again() -> None:
    watch = Watch()
    watch.lost()
    watch.back()
    watch.back()
    assert watch.incident().all_quiet
    watch.lost()
    assert not watch.incident().all_quiet
    assert watch.revisions() == [3]


def test_each_source_has_its_own_incident() -> None:
    watch = Watch()
    watch.lost()
    watch.lost("host")
    watch.back("host")
    assert {i.source_lost: i.all_quiet for i in watch.incidents()} == {
        PROMETHEUS: False,
        "host": True,
    }


def test_a_source_that_answers_though_nobody_missed_it_is_nobody_s_business() -> None:
    watch = Watch()
    watch.back()
    assert watch.incidents() == []


def test_no_alert_ever_joins_the_incident_of_a_lost_source() -> None:
    watch = Watch()
    watch.lost()
    watch.raised(silent("shop"))
    source, shop = watch.incidents()
    assert (source.alerts, shop.source_lost) == ({}, "")


def diagnosed(cause: str) -> IncidentDiagnosed:
    found = Diagnosis(reasoner="deterministic", hypotheses=(cause_is(cause),))
    return IncidentDiagnosed(diagnosis=found, confidence=SURE)


def handed_over(watch: Watch, cause: str = "") -> None:
    """The oldest incident is with a person, who knows the cause or not."""
    stream = watch.streams()[0]
    scope = ("shop", "orders", "stock", "web-1")
    triaged = IncidentTriaged(incident_type="unknown", priority=Priority.P3, scope=scope)
    watch.say(stream, diagnosed(cause) if cause else triaged)
    watch.say(stream, IncidentEscalated(reason=Escalation.NO_RUNBOOK))


def test_what_suffers_from_a_fault_that_a_person_has_is_no_incident_of_its_own() -> None:
    watch = watching(silent("orders"))
    handed_over(watch, cause="orders")
    watch.raised(silent("shop"), alert=OTHER_ALERT)
    assert set(watch.incident().alerts) == {ALERT, OTHER_ALERT}


def test_another_fault_beside_one_that_a_person_has_is_looked_into() -> None:
    watch = watching(silent("shop"))
    handed_over(watch, cause="shop")
    watch.raised(silent("orders"), alert=OTHER_ALERT)
    first, second = watch.incidents()
    assert (set(first.alerts), set(second.alerts)) == ({ALERT}, {OTHER_ALERT})
    assert second.phase is Phase.TRIAGE


def test_another_fault_in_the_same_alert_is_looked_into_and_each_hears_of_its_own_part() -> None:
    """One server has one alert: what a person already has must not hide what comes after."""
    watch = watching(silent("shop"))
    handed_over(watch, cause="shop")
    watch.updated(silent("shop"), gone("web-1"))
    first, second = watch.incidents()
    assert first.anomalies == (silent("shop"),)
    assert (second.server, second.anomalies) == ("web-1", (gone("web-1"),))
    watch.updated(gone("web-1"))
    assert [each.all_quiet for each in watch.incidents()] == [True, False]
    watch.resolved()
    assert all(each.all_quiet for each in watch.incidents())


def test_what_a_person_has_is_not_taken_by_an_older_incident_that_hears_of_the_same_alert() -> None:
    watch = watching(silent("orders"), alert=OTHER_ALERT)
    watch.raised(silent("blog"))
    watch.say(watch.streams()[1], diagnosed("blog"))
    watch.say(watch.streams()[1], IncidentEscalated(reason=Escalation.NO_RUNBOOK))
    joined = AlertJoined(fingerprint=ALERT, anomalies=(gone("db-1"),))
    watch.say(watch.streams()[0], joined)
    watch.updated(silent("blog"), gone("db-1"))
    orders, blog = watch.incidents()
    assert (orders.alerts[ALERT], blog.alerts[ALERT]) == ((gone("db-1"),), (silent("blog"),))
    assert not blog.all_quiet


def test_a_fault_that_a_person_has_and_that_shows_again_is_the_same_one() -> None:
    watch = watching(silent("shop"), gone("web-1"))
    handed_over(watch)
    watch.updated(silent("shop"))
    watch.updated(silent("shop"), gone("web-1"))
    assert watch.incident().anomalies == (silent("shop"), gone("web-1"))


def test_an_incident_that_closes_while_an_alert_is_looked_up_gets_no_word_behind_its_end() -> None:
    """The draft carries the revision that was seen: it is refused, and the entry handled again."""
    watch = watching(silent("shop"))
    watch.resolved()

    async def story() -> None:
        raised = AlertRaised(
            fingerprint=ALERT,
            source="watchkeeper",
            server="web-1",
            severity=AlertSeverity.CRITICAL,
            anomalies=(silent("shop"),),
            started_at=NOON,
        )
        (entry,) = await watch.house.journal.append(
            MONITORING, (Draft(stream=alert_stream(ALERT), body=raised),)
        )
        following = await watch.router(entry)
        (stream,) = watch.streams()
        closed = IncidentClosed(resolution=Resolution.RECOVERED)
        await watch.house.journal.append(ORCHESTRATION, (Draft(stream=stream, body=closed),))
        with pytest.raises(StaleRevision):
            await watch.house.journal.append(ORCHESTRATION, following.drafts)
        again = await watch.router(entry)
        (draft,) = again.drafts
        assert isinstance(draft.body, IncidentOpened) and draft.expected == 0

    watch.house.play(story())
