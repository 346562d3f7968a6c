"""A probability from what can be counted; a grant raises the cap and never the value."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.incidents.case import cause_is, evidence
from watchkeeper.domain.basis_points import (
    ACT,
    CAP_GRANTED,
    CAP_UNPROVEN,
    NOTIFY,
    OUTCOMES_TO_PROVE,
    WHOLE,
)
from watchkeeper.domain.diagnosis import Confidence, Diagnosis, Hypothesis
from watchkeeper.domain.evidence import Evidence, Question
from watchkeeper.orchestration.confidence import stated

STATE, READINGS = Question.SERVICE_STATE, Question.READINGS
DEAD = evidence(1, STATE, "shop", ("answers", 0.0))


def sure(
    *hypotheses: Hypothesis,
    seen: tuple[Evidence, ...] = (DEAD,),
    outcomes: int = OUTCOMES_TO_PROVE,
    granted: bool = False,
) -> Confidence:
    diagnosis = Diagnosis(reasoner="the story", hypotheses=hypotheses)
    return stated(diagnosis, seen, outcomes=outcomes, granted=granted)


def shop(score: float = 1.0, cites: tuple[str, ...] = ("E1",)) -> Hypothesis:
    return replace(cause_is("shop", score=score), cites=cites)


def test_one_strong_cause_that_evidence_supports_is_as_sure_as_it_is_strong() -> None:
    sure_of_it = sure(shop(0.9))
    assert (sure_of_it.margin, sure_of_it.grounding, sure_of_it.completeness) == (
        9_000,
        WHOLE,
        WHOLE,
    )
    assert sure_of_it.raw == sure_of_it.stated == 9_000


def test_no_cause_is_no_confidence_at_all() -> None:
    nothing = sure(granted=True, outcomes=0)
    assert (nothing.margin, nothing.grounding, nothing.completeness) == (0, 0, 0)
    assert (nothing.raw, nothing.stated, nothing.cap) == (0, 0, CAP_UNPROVEN)


@pytest.mark.parametrize(
    ("outcomes", "granted", "cap"),
    [
        (0, False, CAP_UNPROVEN),
        (49, False, CAP_UNPROVEN),
        (50, False, WHOLE),
        (0, True, CAP_GRANTED),
        (49, True, CAP_GRANTED),
        (50, True, WHOLE),
    ],
)
def test_fifty_outcomes_prove_a_class_and_until_then_it_is_capped(
    outcomes: int, granted: bool, cap: int
) -> None:
    said = sure(shop(), outcomes=outcomes, granted=granted)
    assert (said.cap, said.stated, said.outcomes, said.granted) == (cap, cap, outcomes, granted)


def test_the_caps_stand_on_the_side_of_the_border_they_are_meant_for() -> None:
    """Unproven asks a person; granted acts and notifies, and never acts unheard."""
    assert CAP_UNPROVEN < NOTIFY <= CAP_GRANTED <= ACT


def test_a_cap_never_lifts_what_is_below_it() -> None:
    assert sure(shop(0.3), outcomes=0, granted=True).stated == 3_000


@pytest.mark.parametrize(
    ("rival", "margin"),
    [
        (0.0, 10_000),
        (0.2, 8_000),
        (0.89, 1_100),
    ],
)
def test_another_explanation_of_the_same_thing_takes_from_the_margin(
    rival: float, margin: int
) -> None:
    other = replace(cause_is("orders", score=rival), path=("orders", "shop"))
    assert sure(shop(), other).margin == pytest.approx(margin, abs=1)


def test_an_unrelated_second_fault_as_strong_is_no_rival() -> None:
    """Two things are broken at once: both are true."""
    assert sure(shop(), cause_is("blog", score=0.9)).margin == WHOLE
    assert sure(shop(), cause_is("blog", score=0.89)).margin == pytest.approx(1_100, abs=1)


def test_what_stands_on_the_way_to_the_other_is_a_rival_however_strong() -> None:
    upstream = replace(cause_is("orders", score=1.0), path=("orders", "shop"))
    assert sure(upstream, shop(1.0), seen=(evidence(1, STATE, "orders"),)).margin == 0


def test_a_best_hypothesis_without_any_score_is_worth_nothing() -> None:
    assert sure(shop(0.0)).margin == 0


@pytest.mark.parametrize(
    ("cites", "seen", "grounding"),
    [
        ((), (DEAD,), 0),
        (("E1",), (DEAD,), WHOLE),
        (("E1", "E7"), (DEAD,), 5_000),  # half of it does not exist
        (("E1",), (replace(DEAD, available=False),), 0),
        (("E1",), (replace(DEAD, item="orders"),), 0),  # of another item
        (("E1",), (evidence(1, READINGS, "web-1", ("probe_success", 0.0, "shop")),), WHOLE),
        (("E1",), (evidence(1, Question.RECENT_CHANGES, "shop"),), 0),  # carries no claim
        (("E1",), (evidence(1, Question.SIMILAR_INCIDENTS, "shop"),), 0),
        (("E1",), (evidence(1, Question.ERROR_LINES, "shop"),), WHOLE),
    ],
)
def test_only_available_evidence_about_the_cause_itself_grounds_a_claim(
    cites: tuple[str, ...], seen: tuple[Evidence, ...], grounding: int
) -> None:
    assert sure(shop(cites=cites), seen=seen).grounding == grounding


def missing(number: int) -> Evidence:
    return evidence(number, READINGS, "web-1", missing="timeout")


@pytest.mark.parametrize(
    ("seen", "completeness"),
    [
        ((DEAD,), WHOLE),
        ((DEAD, missing(2)), 5_000),
        ((DEAD, missing(2), missing(3)), 3_333),
        ((missing(1),), 0),
        ((), 0),
    ],
)
def test_every_source_that_could_not_be_asked_takes_its_share(
    seen: tuple[Evidence, ...], completeness: int
) -> None:
    said = sure(shop(), seen=seen)
    assert said.completeness == completeness
    assert said.stated <= completeness


def test_with_every_source_down_nothing_is_sure_whatever_was_granted() -> None:
    said = sure(shop(), seen=(missing(1), missing(2)), granted=True)
    assert said.stated == 0


HYPOTHESES = st.builds(
    Hypothesis,
    cause=st.sampled_from(["shop", "orders", "blog"]),
    incident_type=st.just("service-down"),
    score=st.floats(0, 1),
    path=st.lists(st.sampled_from(["shop", "orders", "blog"]), min_size=1, max_size=3).map(tuple),
    cites=st.lists(st.sampled_from(["E1", "E2", "E3"]), max_size=3).map(tuple),
)
EVIDENCE = st.builds(
    Evidence,
    id=st.sampled_from(["E1", "E2", "E3"]),
    question=st.sampled_from(Question),
    item=st.sampled_from(["shop", "orders", "blog"]),
    source=st.just("a source"),
    at=st.just(DEAD.at),
    available=st.booleans(),
)


@given(
    st.lists(HYPOTHESES, max_size=4),
    st.lists(EVIDENCE, max_size=4),
    st.integers(0, 100),
    st.booleans(),
)
def test_whatever_a_reasoner_says_the_number_keeps_its_promises(
    hypotheses: list[Hypothesis], seen: list[Evidence], outcomes: int, granted: bool
) -> None:
    ranked = sorted(hypotheses, key=lambda hypothesis: -hypothesis.score)
    said = sure(*ranked, seen=tuple(seen), outcomes=outcomes, granted=granted)
    parts = (said.margin, said.grounding, said.completeness)
    assert all(0 <= part <= WHOLE for part in (*parts, said.raw, said.stated))
    assert said.raw <= min(parts)
    assert said.stated == min(said.raw, said.cap)
    if outcomes < OUTCOMES_TO_PROVE:
        assert said.stated <= ACT, "unproven, it never acts unheard"
        assert granted or said.stated < NOTIFY, "unproven and not granted, it asks a person"


@given(st.lists(HYPOTHESES, min_size=1, max_size=4), st.lists(EVIDENCE, min_size=1, max_size=4))
def test_losing_a_piece_of_evidence_never_makes_it_surer(
    hypotheses: list[Hypothesis], seen: list[Evidence]
) -> None:
    ranked = sorted(hypotheses, key=lambda hypothesis: -hypothesis.score)
    before = sure(*ranked, seen=tuple(seen)).stated
    for place, piece in enumerate(seen):
        lost = [*seen[:place], replace(piece, available=False), *seen[place + 1 :]]
        assert sure(*ranked, seen=tuple(lost)).stated <= before
