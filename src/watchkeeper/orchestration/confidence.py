"""Confidence: a probability from what can be counted, printed with its parts.

A grant raises the cap, not the value.
"""

from watchkeeper.domain.basis_points import (
    CAP_GRANTED,
    CAP_UNPROVEN,
    OUTCOMES_TO_PROVE,
    WHOLE,
    from_ratio,
)
from watchkeeper.domain.diagnosis import Confidence, Diagnosis, Hypothesis
from watchkeeper.domain.evidence import Evidence, Question

SUPPORTING = (Question.SERVICE_STATE, Question.READINGS, Question.ERROR_LINES)


def stated(
    diagnosis: Diagnosis,
    evidence: tuple[Evidence, ...],
    *,
    outcomes: int,
    granted: bool,
) -> Confidence:
    """Margin × grounding × completeness.

    Capped while the incident class has too few labelled outcomes.

    Uncalibrated: with fewer than 50 outcomes there is no curve to correct it by, so the cap asks a
    person.
    """
    if not diagnosis.hypotheses:
        return Confidence(
            margin=0,
            grounding=0,
            completeness=0,
            raw=0,
            cap=CAP_UNPROVEN,
            stated=0,
            outcomes=outcomes,
        )
    margin = _margin(diagnosis)
    grounding = _grounding(diagnosis.hypotheses[0], evidence)
    completeness = _completeness(evidence)
    raw = from_ratio(margin * grounding * completeness)
    cap = _cap(outcomes, granted)
    return Confidence(
        margin=from_ratio(margin),
        grounding=from_ratio(grounding),
        completeness=from_ratio(completeness),
        raw=raw,
        cap=cap,
        stated=min(raw, cap),
        outcomes=outcomes,
        granted=granted,
    )


def _margin(diagnosis: Diagnosis) -> float:
    """How far the best stands above its rivals, times how strongly it stands at all.

    A second item that is broken by itself is no rival: both are true.
    """
    best, *others = diagnosis.hypotheses
    rival = max((h.score for h in others if not _beside(best, h)), default=0.0)
    return best.score * (1.0 - rival / best.score) if best.score > 0 else 0.0


def _beside(best: Hypothesis, other: Hypothesis) -> bool:
    """Whether the other is a second fault rather than another explanation of the same one."""
    unrelated = best.cause not in other.path and other.cause not in best.path
    return unrelated and other.score >= best.score * 0.9


def _grounding(best: Hypothesis, evidence: tuple[Evidence, ...]) -> float:
    """1 when the cited evidence exists, was available and speaks of the cause.

    The share of it otherwise.
    """
    if not best.cites:
        return 0.0
    known = {piece.id: piece for piece in evidence}
    good = [cite for cite in best.cites if cite in known and _supports(known[cite], best.cause)]
    return len(good) / len(best.cites)


def _supports(piece: Evidence, cause: str) -> bool:
    """Whether a piece can carry a claim about this item at all."""
    about = piece.item == cause or any(fact.about == cause for fact in piece.facts)
    return about and piece.available and piece.question in SUPPORTING


def _completeness(evidence: tuple[Evidence, ...]) -> float:
    """The share of what was asked that could be had."""
    return sum(piece.available for piece in evidence) / len(evidence) if evidence else 0.0


def _cap(outcomes: int, granted: bool) -> int:
    if outcomes >= OUTCOMES_TO_PROVE:
        return WHOLE
    return CAP_GRANTED if granted else CAP_UNPROVEN
