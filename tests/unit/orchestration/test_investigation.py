"""A reasoner answers; the sentences are kept as text, and the confidence is ours."""

from dataclasses import replace

import pytest

from tests.unit.incidents.case import (
    ESTATE,
    FREE_SPACE,
    NOON,
    RESTART,
    RUNBOOKS,
    cause_is,
    evidence,
    silent,
)
from tests.unit.incidents.ports import House, text_of
from watchkeeper.domain.basis_points import CAP_GRANTED, CAP_UNPROVEN
from watchkeeper.domain.diagnosis import Confidence, Diagnosis, Hypothesis
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel, LevelGranted
from watchkeeper.domain.events.incidents import IncidentDiagnosed, InvestigationRequested
from watchkeeper.domain.evidence import Question
from watchkeeper.engine.machine import Answer
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.incidents.root_cause import DeterministicReasoner
from watchkeeper.orchestration.investigation import Investigate
from watchkeeper.ports.reasoner import Brief, Reasoner

ALICE = Actor(kind=ActorKind.PERSON, name="alice")
DEAD = evidence(1, Question.SERVICE_STATE, "shop", ("answers", 0.0), ("alive_processes", 0.0))
INCIDENT = IncidentState(
    id="I1",
    server="web-1",
    incident_type="service-down",
    alerts={"a": (silent("shop"),)},
    scope=("shop", "orders", "web-1"),
    evidence=(DEAD,),
)


class Says:
    """A reasoner that says this, and remembers what it was asked."""

    name = "the story"

    def __init__(self, *hypotheses: Hypothesis) -> None:
        self.hypotheses = hypotheses
        self.briefs: list[Brief] = []

    async def diagnose(self, brief: Brief) -> Diagnosis:
        self.briefs.append(brief)
        return Diagnosis(reasoner=self.name, hypotheses=self.hypotheses)


def investigated(
    house: House, reasoner: Reasoner, *grants: LevelGranted, incident: IncidentState = INCIDENT
) -> Answer:
    performer = Investigate(
        reasoner=reasoner,
        journal=house.journal,
        clock=house.clock,
        identifiers=house.identifiers,
        estate=house.graph,
        runbooks=lambda: RUNBOOKS,
    )

    async def story() -> Answer:
        if grants:
            await house.say(AUTHORITY, *grants, by=ALICE)
        return await performer(InvestigationRequested(), incident)

    return house.play(story())


def diagnosed(answer: Answer) -> IncidentDiagnosed:
    (said,) = answer.said
    assert isinstance(said, IncidentDiagnosed)
    return said


def confidence(*grants: LevelGranted, cause: Hypothesis | None = None) -> Confidence:
    says = Says(cause or cause_is("shop", score=1.0))
    return diagnosed(investigated(House(), says, *grants)).confidence


def granted(
    level: AutonomyLevel, runbook: str = RESTART.id, server_class: str = "web"
) -> LevelGranted:
    return LevelGranted(runbook=runbook, server_class=server_class, level=level)


def test_the_reasoner_gets_all_that_is_known_and_nothing_else() -> None:
    reasoner = Says()
    investigated(House(), reasoner)
    assert reasoner.briefs == [
        Brief(
            incident="I1",
            incident_type="service-down",
            at=NOON,
            anomalies=(silent("shop"),),
            scope=INCIDENT.scope,
            estate=ESTATE,
            evidence=(DEAD,),
        )
    ]


def test_what_is_over_already_is_still_told_to_the_reasoner_as_what_it_was() -> None:
    reasoner = Says()
    investigated(House(), reasoner, incident=replace(INCIDENT, quiet=("a",)))
    assert reasoner.briefs[0].anomalies == (silent("shop"),)


def test_every_hypothesis_is_kept_with_its_sentence() -> None:
    answer = investigated(House(), Says(cause_is("shop"), cause_is("orders", score=0.1)))
    hypotheses = diagnosed(answer).diagnosis.hypotheses
    assert [text_of(answer, one.claim) for one in hypotheses] == [
        "shop: service-down (shop); E1",
        "orders: service-down (orders); E1",
    ]
    assert len(answer.blobs) == 2


def test_the_deterministic_reasoner_s_answer_goes_the_same_way() -> None:
    said = diagnosed(investigated(House(), DeterministicReasoner()))
    assert said.diagnosis.reasoner == "deterministic"
    assert said.diagnosis.hypotheses[0].cause == "shop"
    assert said.confidence.stated == CAP_UNPROVEN


def test_no_cause_is_an_answer_with_no_confidence() -> None:
    said = diagnosed(investigated(House(), Says()))
    assert (said.diagnosis.hypotheses, said.confidence.stated) == ((), 0)


@pytest.mark.parametrize(
    ("level", "cap"),
    [
        (AutonomyLevel.OBSERVE, CAP_UNPROVEN),
        (AutonomyLevel.NOTIFY, CAP_UNPROVEN),
        (AutonomyLevel.APPROVE, CAP_UNPROVEN),
        (AutonomyLevel.ACT_AND_NOTIFY, CAP_GRANTED),
        (AutonomyLevel.ACT, CAP_GRANTED),
    ],
)
def test_a_grant_to_act_raises_the_cap_and_no_other_does(level: AutonomyLevel, cap: int) -> None:
    said = confidence(granted(level))
    assert (said.cap, said.granted) == (cap, cap == CAP_GRANTED)


def test_a_grant_for_another_runbook_or_class_raises_nothing() -> None:
    act = AutonomyLevel.ACT
    assert confidence(granted(act, FREE_SPACE.id)).cap == CAP_UNPROVEN
    assert confidence(granted(act, server_class="database")).cap == CAP_UNPROVEN
    assert confidence().cap == CAP_UNPROVEN


def test_the_class_is_that_of_the_cause_and_not_of_the_alert() -> None:
    on_databases = granted(AutonomyLevel.ACT, server_class="database")
    assert confidence(on_databases, cause=cause_is("orders")).cap == CAP_GRANTED


def test_a_cause_that_no_runbook_is_for_is_granted_nothing() -> None:
    busy = cause_is("web-1", "cpu-saturation")
    assert not confidence(granted(AutonomyLevel.ACT), cause=busy).granted
