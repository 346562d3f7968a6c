"""The first look: what kind, how bad, and whose state could matter."""

from dataclasses import replace

import pytest

from tests.unit.incidents.case import (
    ESTATE,
    OTHER_ALERT,
    Case,
    anomaly,
    full,
    gone,
    silent,
)
from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.estate import Service
from watchkeeper.domain.events.incidents import EvidenceRequested, IncidentTriaged
from watchkeeper.domain.evidence import Question
from watchkeeper.domain.metric import CATALOGUE, FILESYSTEM_FREE
from watchkeeper.domain.severity import AlertSeverity, Priority
from watchkeeper.incidents.triage import UNKNOWN_TYPE, incident_type, type_of

DISK_ENDS = anomaly(
    FILESYSTEM_FREE.name,
    "/var",
    "web-1",
    value=0.3,
    limit=0.0,
    kind=AnomalyKind.FORECAST,
)
OPAQUE = anomaly("external", "", "web-1", value=None, limit=None, kind=AnomalyKind.EXTERNAL)


def triaged(*anomalies: Anomaly, case: Case | None = None) -> IncidentTriaged:
    case = (case or Case()).open(*anomalies)
    case.proceed()
    return case.last(IncidentTriaged)


def asked(case: Case) -> list[tuple[str, str, str]]:
    return [(one.id, one.question, one.item) for one in case.asked(EvidenceRequested).asked]


def test_every_metric_of_the_catalogue_speaks_for_a_type() -> None:
    for metric in CATALOGUE:
        assert type_of(anomaly(metric.name)) != UNKNOWN_TYPE


@pytest.mark.parametrize(
    ("anomalies", "kind"),
    [
        ((silent("shop"),), "service-down"),
        ((anomaly("service_processes", "shop"),), "service-down"),
        ((gone("web-1"), silent("shop")), "server-down"),
        ((full(), silent("shop")), "service-down"),
        ((full(), DISK_ENDS), "disk-full"),
        ((anomaly("inodes_free_ratio", "/var"), DISK_ENDS), "inode-exhaustion"),
        ((DISK_ENDS, anomaly("cpu_busy_ratio")), "disk-filling"),
        ((anomaly("swap_used_ratio"), anomaly("load_per_core")), "memory-pressure"),
        ((anomaly("disk_busy_ratio", "sda"),), "disk-saturation"),
        ((anomaly("network_errors_per_second", "eth0"), OPAQUE), "network-errors"),
        ((OPAQUE,), UNKNOWN_TYPE),
        ((), UNKNOWN_TYPE),
    ],
)
def test_the_worst_of_all_anomalies_names_the_incident(
    anomalies: tuple[Anomaly, ...], kind: str
) -> None:
    assert incident_type(anomalies) == kind
    assert incident_type(anomalies[::-1]) == kind


@pytest.mark.parametrize(
    ("anomalies", "priority"),
    [
        ((gone("lone-1"),), Priority.P2),  # a whole server
        ((silent("orders"),), Priority.P2),  # the shop and the search need it
        ((silent("shop"),), Priority.P3),  # nobody else needs it
        ((DISK_ENDS,), Priority.P4),  # only going to be
        ((full(),), Priority.P3),  # critical
        ((replace(full(), severity=AlertSeverity.WARNING),), Priority.P4),
    ],
)
def test_priority_is_who_feels_it_times_how_soon(
    anomalies: tuple[Anomaly, ...], priority: Priority
) -> None:
    assert triaged(*anomalies).priority is priority


def test_in_scope_is_what_is_spoken_of_all_that_it_needs_and_where_those_run() -> None:
    assert triaged(silent("shop")).scope == ("shop", "orders", "stock", "web-1", "db-1")


def test_an_anomaly_that_names_no_service_speaks_of_every_service_of_its_server() -> None:
    assert set(triaged(anomaly("cpu_busy_ratio", server="db-1")).scope) == {
        "orders",
        "stock",
        "db-1",
    }


def test_what_an_estate_does_not_know_is_in_scope_by_its_name_and_stops_nothing() -> None:
    assert triaged(gone("cloud-9")).scope == ("cloud-9",)


def test_a_need_that_is_nowhere_in_the_estate_is_in_scope_and_has_no_server() -> None:
    needy = Service(name="kiosk", server="lone-1", depends_on=("mainframe",))
    case = Case(estate=replace(ESTATE, services=(*ESTATE.services, needy)))
    assert triaged(silent("kiosk"), case=case).scope[:2] == ("kiosk", "mainframe")


def test_each_kind_of_item_is_asked_what_it_can_answer() -> None:
    case = Case().open(silent("shop"))
    case.proceed()
    assert asked(case) == [
        ("E1", Question.SERVICE_STATE, "shop"),
        ("E2", Question.ERROR_LINES, "shop"),
        ("E3", Question.SERVICE_STATE, "orders"),
        ("E4", Question.ERROR_LINES, "orders"),  # it has a unit, so there may be a journal
        ("E5", Question.SERVICE_STATE, "stock"),  # neither unit nor logs: no lines to ask for
        ("E6", Question.READINGS, "web-1"),
        ("E7", Question.READINGS, "db-1"),
        ("E8", Question.RECENT_CHANGES, "web-1"),
        ("E9", Question.SIMILAR_INCIDENTS, "web-1"),
    ]


def test_numbers_of_evidence_are_never_used_twice_in_an_incident() -> None:
    case = Case().open(silent("shop"))
    case.join(silent("search"), alert=OTHER_ALERT)
    case.proceed()
    first = [number for number, _, _ in asked(case)]
    case.gather(shop=False)
    case.diagnose()
    assert case.state.asked == len(first) == int(first[-1][1:])


def test_only_what_is_still_wrong_is_in_scope_of_a_later_round() -> None:
    case = Case().open(silent("shop"))
    case.join(silent("blog"), alert=OTHER_ALERT)
    case.quiet()
    case.proceed()
    assert case.last(IncidentTriaged).scope == ("blog", "lone-1")
