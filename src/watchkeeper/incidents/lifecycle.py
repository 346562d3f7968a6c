"""An incident's life, top-down.

Triage → evidence → diagnosis → decision → steps → verification → write-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.entry import Said
from watchkeeper.domain.events.incidents import (
    Escalation,
    IncidentClosed,
    IncidentEscalated,
    IncidentQuiet,
    InvestigationRequested,
    PostMortemRequested,
    Resolution,
)
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.limits import Times
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.incidents.remediation import chosen
from watchkeeper.incidents.steps import stepped
from watchkeeper.incidents.triage import questions, triaged
from watchkeeper.incidents.verification import verified
from watchkeeper.knowledge.estate import EstateGraph


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the course of an incident looks at."""

    estate: EstateGraph
    runbooks: dict[str, Runbook]
    times: Times


def decide(state: IncidentState, seen: Seen, now: datetime) -> Sequence[Said]:  # noqa: C901 phases
    """What to say next; nothing while an answer is awaited."""
    if state.waiting or not state.id:
        return ()
    match state.phase:
        case Phase.TRIAGE:
            return _first_look(state, seen)
        case Phase.EVIDENCE | Phase.DIAGNOSIS:
            return (InvestigationRequested(),)
        case Phase.DECIDING:
            return _decided(state, seen)
        case Phase.ACTING:
            return stepped(state, seen.estate, seen.runbooks, now + seen.times.verification)
        case Phase.VERIFYING:
            return _written_up(state) or verified(state, seen.runbooks, now)
        case Phase.ESCALATED:
            return _handed_back(state)
        case Phase.CLOSED:
            return ()


def escalated(reason: Escalation, step: str = "") -> Sequence[Said]:
    """Hand it to a person, with everything that is known written up."""
    return (IncidentEscalated(reason=reason, step=step), PostMortemRequested())


def _first_look(state: IncidentState, seen: Seen) -> Sequence[Said]:
    said = triaged(state, seen.estate)
    if state.source_lost:
        return (said, *escalated(Escalation.SOURCE_LOST))
    return (said, questions(state, said.scope, seen.estate))


def _decided(state: IncidentState, seen: Seen) -> Sequence[Said]:
    """A runbook for the likeliest cause, or a person."""
    if state.all_quiet:
        return _recovered(state)
    if state.diagnosis is None or not state.diagnosis.hypotheses:
        return escalated(Escalation.NO_CAUSE)
    choice = chosen(state.diagnosis.hypotheses[0], seen.runbooks, seen.estate)
    if choice is None:
        return escalated(Escalation.NO_RUNBOOK)
    return (choice,)


def _recovered(state: IncidentState) -> Sequence[Said]:
    """Over before (or without) anything being done in this round."""
    if not state.post_mortem:
        return (PostMortemRequested(),)
    fixed = bool(state.taken)
    return (IncidentClosed(resolution=Resolution.FIXED if fixed else Resolution.RECOVERED),)


def _written_up(state: IncidentState) -> Sequence[Said]:
    if state.resolution is Resolution.FIXED and state.post_mortem:
        return (IncidentClosed(resolution=Resolution.FIXED),)
    return ()


def _handed_back(state: IncidentState) -> Sequence[Said]:
    """With a person: it closes once everything is quiet, with a last write-up."""
    if not state.all_quiet:
        return ()
    if state.resolution is None:
        return (IncidentQuiet(), PostMortemRequested())
    return (IncidentClosed(resolution=Resolution.BY_PERSON),)
