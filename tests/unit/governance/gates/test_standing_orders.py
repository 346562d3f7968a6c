from dataclasses import replace

import pytest

from tests.unit.governance.scene import CONTEXT, START, an_action
from watchkeeper.domain.action import Action
from watchkeeper.domain.runbook import VerbClass
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.context import Context
from watchkeeper.governance.gates.standing_orders import standing_orders


def judged(action: Action, context: Context = CONTEXT) -> Verdict:
    return standing_orders(action, context)


def test_an_unchanged_step_on_a_known_service_may_go() -> None:
    assert judged(an_action()).ruling is Ruling.PERMITTED


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


def test_a_question_about_the_class_hides_no_refusal_about_the_library() -> None:
    """A person may say yes to a server without a class, but not to an edited playbook."""
    assert judged(an_action("blog"), replace(CONTEXT, templates={})).ruling is Ruling.REFUSED


def test_a_server_without_a_class_is_never_acted_on_without_a_person() -> None:
    verdict = judged(an_action("blog"))
    assert (verdict.ruling, verdict.reason) == (Ruling.NEEDS_PERSON, "the server has no class")
