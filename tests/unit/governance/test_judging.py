from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.governance.scene import CONTEXT, an_action
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.judging import GATES, may_go, strictest, walked

VERDICTS = st.lists(
    st.builds(
        Verdict,
        ruling=st.sampled_from(Ruling),
        rule=st.text(max_size=3),
        reason=st.just(""),
        notify=st.booleans(),
    ).map(lambda v: replace(v, notify=v.notify and v.ruling is Ruling.PERMITTED)),
    min_size=1,
    max_size=12,
)


def test_the_one_list_of_gates_is_the_design_s_in_its_order() -> None:
    assert [gate.__name__ for gate in GATES] == [
        "kill_switch",
        "fitness",
        "circuit_breaker",
        "action_budget",
        "blast_radius",
        "cool_down",
        "humans_at_work",
        "maintenance_window",
        "standing_orders",
        "verb_table",
        "protected",
        "preconditions",
        "confidence",
        "autonomy",
        "change_record",
    ]


def test_all_answer_even_after_a_refusal_and_each_by_its_own_rule() -> None:
    verdicts = walked(an_action(), replace(CONTEXT, page_engaged=True))
    assert verdicts[0].ruling is Ruling.REFUSED
    assert len({verdict.rule for verdict in verdicts}) == len(verdicts) == len(GATES)


def test_nothing_speaks_against_the_plain_case() -> None:
    verdicts = walked(an_action(), CONTEXT)
    assert {verdict.ruling for verdict in verdicts} == {Ruling.PERMITTED}


@given(VERDICTS, st.randoms(use_true_random=False))
def test_the_strictest_wins_whatever_the_order(verdicts: list[Verdict], chance: object) -> None:
    shuffled = list(verdicts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = strictest(tuple(verdicts)), strictest(tuple(shuffled))
    assert (one.ruling, one.notify) == (other.ruling, other.notify)
    assert all(verdict.strictness <= one.strictness for verdict in verdicts)


@given(VERDICTS, st.booleans())
def test_a_person_answers_a_question_and_never_a_refusal(
    verdicts: list[Verdict], approved: bool
) -> None:
    rulings = {verdict.ruling for verdict in verdicts}
    goes = may_go(strictest(tuple(verdicts)), replace(CONTEXT, approved=approved))
    if Ruling.REFUSED in rulings:
        assert not goes
    else:
        assert goes is (approved or Ruling.NEEDS_PERSON not in rulings)
