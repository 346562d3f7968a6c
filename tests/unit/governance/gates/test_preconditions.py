from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.governance.scene import CONTEXT, NOON, RESTART, STOP, an_action, an_answer
from watchkeeper.domain.runbook import CheckName, CheckOutcome, Precondition
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.citations import Citation
from watchkeeper.governance.gates.preconditions import preconditions
from watchkeeper.governance.limits import PRECONDITION_FRESH

DEAD, SPACE = CheckName.SERVICE_IS_DEAD, CheckName.FILESYSTEM_HAS_SPACE
TWO = replace(RESTART, preconditions=(Precondition(check=DEAD), Precondition(check=SPACE)))
YOUNG = replace(RESTART, preconditions=(Precondition(check=DEAD, fresh_seconds=30),))
SECOND = timedelta(seconds=1)
FIRST_STEP = replace(an_action(), step="stop-leftovers", template=STOP.name)


def judged(*answers: Citation, **spoilt: object) -> Verdict:
    action = spoilt.pop("action", an_action())
    context = replace(CONTEXT, citations=answers, **spoilt)  # type: ignore[arg-type]
    return preconditions(action, context)  # type: ignore[arg-type]


def test_every_precondition_needs_a_cited_yes_and_its_entry_is_told() -> None:
    verdict = judged(an_answer(DEAD))
    assert verdict.ruling is Ruling.PERMITTED
    assert verdict.reason == "1 confirmed"
    assert verdict.saw == (("service_is_dead", "passed, entry 7"),)
    verdict = judged()
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.reason == "not confirmed: service_is_dead"
    assert verdict.saw == (("service_is_dead", "no answer"),)


def test_one_of_two_is_not_enough() -> None:
    assert judged(an_answer(DEAD), runbook=TWO).reason == "not confirmed: filesystem_has_space"
    assert judged(an_answer(DEAD), an_answer(SPACE), runbook=TWO).ruling is Ruling.PERMITTED
    assert judged(runbook=TWO).reason == "not confirmed: service_is_dead, filesystem_has_space"


@pytest.mark.parametrize("outcome", [CheckOutcome.FAILED, CheckOutcome.UNKNOWN])
def test_an_answer_that_is_not_a_yes_does_not_count(outcome: CheckOutcome) -> None:
    verdict = judged(an_answer(DEAD, outcome))
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.reason == f"not confirmed: service_is_dead ({outcome})"


def test_an_answer_about_another_item_or_from_another_incident_counts_for_nothing() -> None:
    for foreign in (an_answer(DEAD, item="mail"), an_answer(DEAD, incident="I2")):
        assert judged(foreign).reason == "not confirmed: service_is_dead"


def test_the_newest_answer_is_the_one_that_counts() -> None:
    yes, no = an_answer(DEAD, position=7), an_answer(DEAD, CheckOutcome.FAILED, position=9)
    assert judged(yes, no).ruling is Ruling.REFUSED
    assert judged(no, replace(yes, position=10)).ruling is Ruling.PERMITTED


def test_the_first_step_wants_a_young_answer_and_later_ones_stand_on_what_it_left() -> None:
    edge = NOON + PRECONDITION_FRESH
    answer = an_answer(DEAD)
    assert judged(answer, action=FIRST_STEP, now=edge).ruling is Ruling.PERMITTED
    old = judged(answer, action=FIRST_STEP, now=edge + SECOND)
    assert old.ruling is Ruling.REFUSED
    assert old.reason == "not confirmed: service_is_dead (301 s old)"
    assert judged(answer, now=edge + SECOND).ruling is Ruling.PERMITTED


def test_what_a_runbook_says_itself_holds_before_every_step() -> None:
    answer = an_answer(DEAD)
    assert judged(answer, runbook=YOUNG, now=NOON + 30 * SECOND).ruling is Ruling.PERMITTED
    assert judged(answer, runbook=YOUNG, now=NOON + 31 * SECOND).ruling is Ruling.REFUSED


def test_an_answer_from_the_future_proves_nothing() -> None:
    assert judged(an_answer(DEAD), runbook=YOUNG, now=NOON - SECOND).ruling is Ruling.REFUSED


def test_a_runbook_that_is_gone_is_another_gate_s_matter() -> None:
    assert judged(runbook=None).ruling is Ruling.PERMITTED
