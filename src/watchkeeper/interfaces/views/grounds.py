"""What an action rests on: how sure it is and why, the evidence, and what else it could be."""

from watchkeeper.domain.action import Action
from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.diagnosis import Confidence, Hypothesis
from watchkeeper.domain.events.incidents import incident_stream
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.ports.journal import Journal


async def grounds(journal: Journal, action: Action) -> View:
    """The diagnosis that an action follows from; nothing where its incident tells none."""
    held = await journal.held(incident_stream(action.incident)) if action.incident else None
    state: IncidentState | None = held.state if held and held.readable else None
    if state is None or state.diagnosis is None:
        return {"confidence_parts": None, "evidence": [], "alternatives": []}
    ranked = state.diagnosis.hypotheses
    return {
        "confidence_parts": _parts(state.confidence) if state.confidence else None,
        "evidence": list(ranked[0].cites) if ranked else [],
        "alternatives": [_alternative(each) for each in ranked[1:]],
    }


def _parts(confidence: Confidence) -> View:
    return {
        "margin": as_ratio(confidence.margin),
        "grounding": as_ratio(confidence.grounding),
        "completeness": as_ratio(confidence.completeness),
        "cap": as_ratio(confidence.cap),
    }


def _alternative(hypothesis: Hypothesis) -> View:
    return {
        "cause": hypothesis.cause,
        "type": hypothesis.incident_type,
        "score": round(hypothesis.score, 3),
    }
