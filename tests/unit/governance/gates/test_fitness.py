from dataclasses import replace

import pytest

from tests.unit.governance.scene import CONTEXT, RESTART, an_action
from watchkeeper.domain.action import Action
from watchkeeper.domain.fitness import Ailment, Unfit
from watchkeeper.domain.runbook import Parameter, ParameterType
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.fitness import fitness

FULL = Unfit(ailment=Ailment.DISK, reason="/var is 93% full", place="/var")
LATE = Unfit(ailment=Ailment.LOOP, reason="late")
STALE = Unfit(ailment=Ailment.CLOCK, reason="jumped")
MUTE = Unfit(ailment=Ailment.JOURNAL, reason="not written")

FREEING = replace(
    RESTART, parameters=(Parameter(name="mount", type=ParameterType.MOUNT, source="part"),)
)
HERE = replace(CONTEXT, own_server="web-2", runbook=FREEING)


def test_well_it_acts() -> None:
    assert fitness(an_action(), CONTEXT).ruling is Ruling.PERMITTED


@pytest.mark.parametrize("unfit", [FULL, LATE])
def test_a_full_disk_or_a_lagging_loop_asks(unfit: Unfit) -> None:
    verdict = fitness(an_action(), replace(CONTEXT, unfit=(unfit,)))
    assert (verdict.ruling, verdict.reason) == (Ruling.NEEDS_PERSON, unfit.reason)


@pytest.mark.parametrize("unfit", [STALE, MUTE])
def test_a_stale_clock_or_a_failing_journal_refuses(unfit: Unfit) -> None:
    verdict = fitness(an_action(), replace(CONTEXT, unfit=(unfit,)))
    assert (verdict.ruling, verdict.reason) == (Ruling.REFUSED, unfit.reason)
    assert verdict.saw == (("ailment", unfit.ailment.value),)


def test_no_question_hides_a_refusal() -> None:
    verdict = fitness(an_action(), replace(CONTEXT, unfit=(FULL, STALE)))
    assert verdict.ruling is Ruling.REFUSED


def freeing(mount: str) -> Action:
    return replace(an_action(), parameters=(("mount", (mount,)), ("paths", ("/var",))))


def test_what_frees_that_very_file_system_goes_on() -> None:
    context = replace(HERE, unfit=(FULL,))
    assert fitness(freeing("/var"), context).ruling is Ruling.PERMITTED


def test_another_file_system_or_another_server_or_another_parameter_does_not() -> None:
    context = replace(HERE, unfit=(FULL,))
    assert fitness(freeing("/"), context).ruling is Ruling.NEEDS_PERSON
    elsewhere = replace(context, own_server="web-3")
    assert fitness(freeing("/var"), elsewhere).ruling is Ruling.NEEDS_PERSON
    gone = replace(context, runbook=None)
    assert fitness(freeing("/var"), gone).ruling is Ruling.NEEDS_PERSON


def test_freeing_space_excuses_nothing_but_the_disk() -> None:
    context = replace(HERE, unfit=(FULL, MUTE))
    assert fitness(freeing("/var"), context).ruling is Ruling.REFUSED
