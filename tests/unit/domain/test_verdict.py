from itertools import permutations

from watchkeeper.domain.verdict import needs_person, permitted, permitted_notifying, refused


def test_a_refusal_outweighs_a_question_and_a_question_a_permission() -> None:
    mildest_first = [
        permitted("gate", "yes"),
        permitted_notifying("gate", "yes, and tell"),
        needs_person("gate", "ask"),
        refused("gate", "no"),
    ]
    for order in permutations(mildest_first):
        assert sorted(order, key=lambda verdict: verdict.strictness) == mildest_first


def test_an_answer_brings_its_rule_its_reason_and_what_it_saw_by_name() -> None:
    verdict = refused("action-budget", "8 of 8 actions used", used=8, incident="I1")
    assert verdict.rule == "action-budget"
    assert verdict.reason == "8 of 8 actions used"
    assert verdict.saw == (("incident", "I1"), ("used", "8"))


def test_only_a_permission_notifies() -> None:
    assert permitted_notifying("gate", "yes").notify
    assert not any(said("gate", "…").notify for said in (permitted, needs_person, refused))
