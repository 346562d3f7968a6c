"""An incident's life, top-down.

Triage → evidence → diagnosis → decision → steps → verification → write-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.entry import Said, Tell
from watchkeeper.domain.events.actions import ActionOutcome, ApprovalWithdrawn, action_stream
from watchkeeper.domain.events.incidents import (
    Escalation,
    IncidentClosed,
    IncidentEscalated,
    IncidentQuiet,
    InvestigationRequested,
    PostMortemRequested,
    Resolution,
    StepFinished,
    StepWithdrawn,
    VerificationStarted,
)
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.limits import Times
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.incidents.remediation import chosen
from watchkeeper.incidents.steps import stepped
from watchkeeper.incidents.triage import questions, triaged
from watchkeeper.incidents.verification import verified
from watchkeeper.knowledge.estate import EstateGraph

# How the last step may have ended when all is quiet and no person has to hear of it.
_NOTHING_STARTED = (None, ActionOutcome.WITHDRAWN, ActionOutcome.NEVER_STARTED)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the course of an incident looks at."""

    estate: EstateGraph
    runbooks: dict[str, Runbook]
    times: Times


def decide(state: IncidentState, seen: Seen, now: datetime) -> Sequence[Said]:  # noqa: C901 phases
    """What to say next; nothing while an answer is awaited."""
    if state.waiting or not state.id:
        return _taken_back(state)
    match state.phase:
        case Phase.TRIAGE:
            return _first_look(state, seen)
        case Phase.EVIDENCE | Phase.DIAGNOSIS:
            return (InvestigationRequested(),)
        case Phase.DECIDING:
            return _decided(state, seen)
        case Phase.ACTING:
            verify_until = now + seen.times.verification
            return _over_meanwhile(state, verify_until) or stepped(
                state, seen.estate, seen.runbooks, verify_until
            )
        case Phase.VERIFYING:
            return _written_up(state) or verified(state, seen.runbooks, seen.estate, now)
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


def _taken_back(state: IncidentState) -> Sequence[Said]:
    """Everything is quiet while a step is out: a person who is asked about it need not answer."""
    pending = state.taken[-1] if state.waiting == StepFinished.kind and state.taken else None
    if pending is None or pending.withdrawn or not state.all_quiet:
        return ()
    return (
        StepWithdrawn(step=pending.step, action=pending.id),
        Tell(stream=action_stream(pending.id), body=ApprovalWithdrawn()),
    )


def _over_meanwhile(state: IncidentState, verify_until: datetime) -> Sequence[Said]:
    """Everything is quiet though the runbook is not through.

    Before it has changed anything there is nothing left to do, and no person is called. What it
    has changed before a question was taken back is verified as any fix is.
    """
    course = state.course
    if course is None or not state.all_quiet or course.last_outcome not in _NOTHING_STARTED:
        return ()
    if not course.changed:
        return _recovered(state)
    withdrawn = course.last_outcome is ActionOutcome.WITHDRAWN
    return (VerificationStarted(until=verify_until),) if withdrawn else ()


def _recovered(state: IncidentState) -> Sequence[Said]:
    """Over before (or without) anything being done in this round."""
    if not state.written_up:
        return (PostMortemRequested(),)
    return (IncidentClosed(resolution=state.recovery),)


def _written_up(state: IncidentState) -> Sequence[Said]:
    if state.resolution is Resolution.FIXED and state.written_up:
        return (IncidentClosed(resolution=Resolution.FIXED),)
    return ()


def _handed_back(state: IncidentState) -> Sequence[Said]:
    """With a person: it closes once everything is quiet, with a last write-up."""
    if not state.all_quiet:
        return ()
    if state.resolution is None:
        return (IncidentQuiet(), PostMortemRequested())
    return (IncidentClosed(resolution=Resolution.BY_PERSON),)
