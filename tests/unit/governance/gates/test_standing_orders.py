from dataclasses import replace

import pytest

from tests.unit.governance.scene import CONTEXT, ESTATE, RESTART, START, an_action
from watchkeeper.domain.action import Action
from watchkeeper.domain.runbook import Step, VerbClass
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.context import Context
from watchkeeper.governance.gates.standing_orders import standing_orders
from watchkeeper.knowledge.estate import EstateGraph


def costing(verb: VerbClass) -> tuple[Action, Context]:
    """The same step, but the runbook says that it costs more."""
    step = Step(id="start", title="Start it", template=START, verb=verb)
    runbook = replace(RESTART, steps=(step,))
    return replace(an_action(), verb=verb), replace(CONTEXT, runbook=runbook)


def judged(action: Action, context: Context = CONTEXT) -> Verdict:
    return standing_orders(action, context)


def test_an_unchanged_step_on_a_known_service_may_go() -> None:
    assert judged(an_action()).ruling is Ruling.PERMITTED


def test_what_destroys_is_never_done() -> None:
    assert judged(*costing(VerbClass.DESTRUCTIVE)).ruling is Ruling.REFUSED


def test_what_loses_something_asks_a_person() -> None:
    assert judged(*costing(VerbClass.LOSSY)).ruling is Ruling.NEEDS_PERSON


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"runbook": "another"}, "the runbook is not in the library as proposed"),
        ({"runbook_digest": "x" * 64}, "the runbook is not in the library as proposed"),
        ({"template_digest": "x" * 64}, "the runbook has no such step"),
        ({"template": "stop_leftovers"}, "the runbook has no such step"),
        ({"step": "wipe"}, "the runbook has no such step"),
        ({"verb": VerbClass.LOSSY}, "the runbook has no such step"),
        ({"target": "nowhere"}, "the target is not in the estate"),
        ({"server": "web-1"}, "the target is not in the estate"),
        ({"server": "nowhere"}, "the target is not in the estate"),
        ({"server_class": "database"}, "the server is of another class"),
    ],
)
def test_what_is_not_as_the_library_and_the_estate_have_it_is_refused(
    changed: dict[str, object], reason: str
) -> None:
    verdict = judged(replace(an_action(), **changed))  # type: ignore[arg-type]
    assert (verdict.ruling, verdict.reason) == (Ruling.REFUSED, reason)


def test_a_runbook_that_was_taken_away_is_used_no_more() -> None:
    assert judged(an_action(), replace(CONTEXT, runbook=None)).ruling is Ruling.REFUSED


@pytest.mark.parametrize("templates", [{}, {START.name: "edited since" + "x" * 52}])
def test_a_playbook_that_was_edited_or_taken_away_is_used_no_more(
    templates: dict[str, str],
) -> None:
    verdict = judged(an_action(), replace(CONTEXT, templates=templates))
    assert verdict.reason == "the template is not in the library as proposed"
    assert verdict.ruling is Ruling.REFUSED


def test_a_question_about_the_cost_hides_no_refusal_about_the_place() -> None:
    """A person may say yes to a loss, but not to a target that nobody knows."""
    action, context = costing(VerbClass.LOSSY)
    assert judged(replace(action, target="nowhere"), context).ruling is Ruling.REFUSED


def test_a_protected_service_protects_itself_and_its_server() -> None:
    services = tuple(replace(s, protected=s.name == "docs") for s in ESTATE.services)
    graph = EstateGraph(replace(ESTATE, services=services))
    verdict = judged(an_action("docs"), replace(CONTEXT, estate=graph))
    assert (verdict.ruling, verdict.saw) == (Ruling.NEEDS_PERSON, (("target", "docs"),))


@pytest.mark.parametrize(
    ("target", "reason"),
    [("keys", "the server is protected"), ("blog", "the server has no class")],
)
def test_some_servers_are_never_acted_on_without_a_person(target: str, reason: str) -> None:
    verdict = judged(an_action(target))
    assert (verdict.ruling, verdict.reason) == (Ruling.NEEDS_PERSON, reason)


def test_its_own_host_asks_a_person_unless_that_was_allowed() -> None:
    own = replace(CONTEXT, own_server="watch-1")
    assert judged(an_action("console"), own).ruling is Ruling.NEEDS_PERSON
    assert judged(an_action("docs"), own).ruling is Ruling.PERMITTED
    allowed = replace(own, estate=EstateGraph(replace(ESTATE, single_host=True)))
    assert judged(an_action("console"), allowed).ruling is Ruling.PERMITTED
