"""The shipped runbooks are for incidents that can happen, and can be carried out as they stand."""

import pytest

from tests.unit.incidents.case import ESTATE, RUNBOOKS, anomaly, cause_is
from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.job import JobTemplate
from watchkeeper.domain.metric import CATALOGUE
from watchkeeper.domain.runbook import ItemKind, Runbook, VerbClass
from watchkeeper.incidents.remediation import chosen
from watchkeeper.incidents.root_cause import CRIPPLING
from watchkeeper.incidents.triage import type_of
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.lab import shipped

HAPPEN = {type_of(anomaly(metric.name, kind=kind)) for metric in CATALOGUE for kind in AnomalyKind}
each_runbook = pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=lambda one: one.id)


def test_what_can_happen_is_known_by_name() -> None:
    assert {
        "cpu-saturation",
        "disk-filling",
        "disk-full",
        "disk-saturation",
        "inode-exhaustion",
        "memory-pressure",
        "network-errors",
        "server-down",
        "service-down",
    } == HAPPEN
    assert set(CRIPPLING) <= HAPPEN


@each_runbook
def test_a_runbook_is_for_incidents_that_happen(runbook: Runbook) -> None:
    assert set(runbook.incident_types) <= HAPPEN


def test_no_two_runbooks_are_for_the_same_incident() -> None:
    wanted = [kind for runbook in RUNBOOKS.values() for kind in runbook.incident_types]
    assert len(set(wanted)) == len(wanted)


@each_runbook
def test_every_type_it_is_for_chooses_it_on_an_estate_that_says_enough(runbook: Runbook) -> None:
    target, part = ("shop", "") if runbook.applies_to is ItemKind.SERVICE else ("web-1", "/var")
    for kind in runbook.incident_types:
        choice = chosen(cause_is(target, kind, part=part), RUNBOOKS, EstateGraph(ESTATE))
        assert choice is not None and choice.runbook == runbook.id
        assert all(values for _, values in choice.parameters), "the estate knows every value"


@each_runbook
def test_it_looks_before_it_acts_and_knows_how_to_tell_that_it_worked(runbook: Runbook) -> None:
    assert runbook.preconditions and runbook.verification
    assert runbook.steps[-1].check is not None, "its last step looks whether it helped"
    for step in runbook.steps:
        assert (step.check is None) != (step.template is None)
        assert step.verb is not VerbClass.DESTRUCTIVE


@each_runbook
def test_its_templates_are_the_library_s_as_they_are_today(runbook: Runbook) -> None:
    library: set[JobTemplate] = {book.template for book in shipped.playbooks()}
    assert {step.template for step in runbook.steps if step.template} <= library
