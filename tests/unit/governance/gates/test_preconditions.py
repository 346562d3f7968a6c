from dataclasses import replace

from tests.unit.governance.scene import CONTEXT, RESTART, an_action
from watchkeeper.domain.runbook import CheckName
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.preconditions import preconditions

TWO = replace(RESTART, preconditions=(CheckName.SERVICE_IS_DEAD, CheckName.FILESYSTEM_HAS_SPACE))


def test_every_precondition_needs_a_cited_yes() -> None:
    assert preconditions(an_action(), CONTEXT).ruling is Ruling.PERMITTED
    verdict = preconditions(an_action(), replace(CONTEXT, cited=()))
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.reason == "not confirmed: service_is_dead"


def test_one_of_two_is_not_enough() -> None:
    verdict = preconditions(an_action(), replace(CONTEXT, runbook=TWO))
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.reason == "not confirmed: filesystem_has_space"
    both = ("filesystem_has_space", "service_is_dead")
    verdict = preconditions(an_action(), replace(CONTEXT, runbook=TWO, cited=both))
    assert verdict.ruling is Ruling.PERMITTED
    assert verdict.saw == (("confirmed", "service_is_dead, filesystem_has_space"),)


def test_a_runbook_that_is_gone_is_another_gate_s_matter() -> None:
    context = replace(CONTEXT, runbook=None, cited=())
    assert preconditions(an_action(), context).ruling is Ruling.PERMITTED
