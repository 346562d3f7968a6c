"""A fault that comes back, splits off, or shows beside one that a person has is no new fault."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.unit.incidents.case import ALERT, ESTATE, NOON, Case, gone, silent
from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.orchestration.lineage import COMES_BACK_WITHIN, root_of


def an_incident(
    name: str = "I1", root: str = "", closed_hours: float | None = None
) -> IncidentState:
    state = replace(Case().open(silent("shop")).state, id=name, root=root)
    if closed_hours is None:
        return state
    closed_at = NOON - timedelta(hours=closed_hours)
    return replace(state, phase=Phase.CLOSED, closed_at=closed_at)


def root(*incidents: IncidentState, alert: str = ALERT, about: Sequence[Anomaly] = ()) -> str:
    anomalies = tuple(about) or (silent("shop"),)
    return root_of(alert, anomalies, incidents, EstateGraph(ESTATE), NOON)


def test_where_nothing_was_it_is_a_new_fault() -> None:
    assert root() == ""


def test_the_same_alert_within_a_day_is_the_same_fault() -> None:
    assert root(an_incident(closed_hours=23)) == "I1"


def test_after_a_day_it_is_a_new_one() -> None:
    assert root(an_incident(closed_hours=COMES_BACK_WITHIN.total_seconds() / 3600)) == ""


def test_another_alert_of_the_same_service_is_the_same_fault() -> None:
    assert root(an_incident(closed_hours=1), alert="another") == "I1"


def test_a_grandchild_has_its_grandfather_s_root() -> None:
    assert root(an_incident("I3", root="I1", closed_hours=2)) == "I1"


def test_the_newest_that_fits_counts() -> None:
    newest = an_incident("I7", root="I5", closed_hours=1)
    assert root(newest, an_incident("I1", closed_hours=3)) == "I5"


def test_a_lost_source_is_nobody_s_ancestor() -> None:
    lost = replace(an_incident(), source_lost="prometheus", alerts={})
    assert root(lost) == ""


def test_what_shows_beside_one_that_a_person_has_descends_from_it() -> None:
    """The database that the shop needs falls while a person still has the shop."""
    held = replace(an_incident(), phase=Phase.ESCALATED)
    assert root(held, alert="another", about=[silent("orders")]) == "I1"
    assert root(held, alert="another", about=[gone("lone-1")]) == ""


def test_once_it_is_closed_a_neighbour_s_fault_is_a_new_one() -> None:
    assert root(an_incident(closed_hours=1), alert="another", about=[silent("orders")]) == ""
