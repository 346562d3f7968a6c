"""The chosen runbook, step by step: check, act, look again; a failure or a surprise stops it."""

from collections.abc import Sequence
from datetime import datetime

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Said, Tell
from watchkeeper.domain.events.actions import ActionOutcome, ActionProposed, action_stream
from watchkeeper.domain.events.incidents import (
    CheckOutcome,
    CheckPurpose,
    CheckRequested,
    Escalation,
    IncidentEscalated,
    PostMortemRequested,
    StepStarted,
    VerificationStarted,
)
from watchkeeper.domain.evidence import Evidence, Question
from watchkeeper.domain.job import JobTemplate
from watchkeeper.domain.runbook import CheckName, Runbook, Step
from watchkeeper.incidents.incident_fold import Course, IncidentState
from watchkeeper.incidents.triage import numbered
from watchkeeper.knowledge.estate import EstateGraph

MOST_STARTS = 2  # tries of one step whose job certainly never started
_NOTHING_DONE = (ActionOutcome.NEVER_STARTED, ActionOutcome.WITHDRAWN)

_WHY = {
    ActionOutcome.FAILED: Escalation.STEP_FAILED,
    ActionOutcome.UNREACHABLE: Escalation.STEP_UNREACHABLE,
    ActionOutcome.UNKNOWN: Escalation.STEP_UNKNOWN,
    ActionOutcome.REFUSED: Escalation.REFUSED,
    ActionOutcome.DENIED: Escalation.DENIED,
    ActionOutcome.EXPIRED: Escalation.EXPIRED,
    ActionOutcome.WITHDRAWN: Escalation.EXPIRED,
    ActionOutcome.NEVER_STARTED: Escalation.STEP_FAILED,
}


def stepped(
    state: IncidentState,
    estate: EstateGraph,
    runbooks: dict[str, Runbook],
    verify_until: datetime,
) -> Sequence[Said]:
    """What the runbook wants next."""
    course = state.course
    runbook = runbooks.get(course.runbook) if course else None
    if course is None or runbook is None or runbook.digest != course.digest:
        return _stopped(Escalation.NO_RUNBOOK, "")
    step = _step(runbook, course)
    stop = _trouble(state, course, step, estate)
    if stop is not None:
        return _stopped(stop, step.id if step else "")
    if course.look_again:
        return (_look(state, estate),)
    if course.done < len(runbook.preconditions):
        return (_check(runbook.preconditions[course.done].check, state, CheckPurpose.PRECONDITION),)
    if step is None:
        return (VerificationStarted(until=verify_until),)
    if step.check is not None:
        return (_check(step.check, state, CheckPurpose.STEP, step),)
    if step.template is None:
        return _stopped(Escalation.NO_RUNBOOK, step.id)
    action = _action(state, course, runbook, step, step.template, estate)
    proposed = ActionProposed(action=action, cited=course.cited, autonomous=state.autonomous)
    return (
        StepStarted(step=step.id, action=action.id),
        Tell(stream=action_stream(action.id), body=proposed, expected=0),
    )


def part_of(state: IncidentState) -> str:
    """The mount or device that the first hypothesis names."""
    hypotheses = state.diagnosis.hypotheses if state.diagnosis else ()
    return hypotheses[0].part if hypotheses else ""


def _step(runbook: Runbook, course: Course) -> Step | None:
    index = course.done - len(runbook.preconditions)
    return runbook.steps[index] if 0 <= index < len(runbook.steps) else None


def _trouble(
    state: IncidentState, course: Course, step: Step | None, estate: EstateGraph
) -> Escalation | None:
    """Why to stop here, if there is a reason."""
    if course.last is CheckOutcome.UNKNOWN:
        return Escalation.CHECK_UNKNOWN
    if course.last is CheckOutcome.FAILED:
        return Escalation.STEP_FAILED if step else Escalation.PRECONDITION_FAILED
    if course.last_outcome in _NOTHING_DONE and _may_try_again(state, course, step):
        return None
    if course.last_outcome not in (None, ActionOutcome.SUCCEEDED):
        return _WHY[course.last_outcome]
    if _surprised(state, course, estate):
        return Escalation.STEP_SURPRISED
    return None


def _may_try_again(state: IncidentState, course: Course, step: Step | None) -> bool:
    """Of this step on this target: what was tried elsewhere, or did run, does not count."""
    this = (course.runbook, step.id if step else "", course.target)
    tries = [t for t in state.taken if (t.runbook, t.step, t.target) == this]
    return sum(t.outcome in _NOTHING_DONE for t in tries) < MOST_STARTS


def _surprised(state: IncidentState, course: Course, estate: EstateGraph) -> bool:
    """Whether something answers no more that did before.

    Though the step should not have touched it.
    """
    concerned = {course.target, *estate.dependants(course.target)}
    before = _answering(state.evidence) - concerned
    silent = _asked(course.after) - _answering(course.after)
    return bool(before & silent)


def _answering(evidence: tuple[Evidence, ...]) -> set[str]:
    return {e.item for e in evidence if e.fact("answers") == 1.0}


def _asked(evidence: tuple[Evidence, ...]) -> set[str]:
    return {e.item for e in evidence if e.fact("answers") is not None}


def _look(state: IncidentState, estate: EstateGraph) -> Said:
    """Read the telemetry of everything in scope again."""
    wanted = [
        (Question.SERVICE_STATE if item in estate.services else Question.READINGS, item)
        for item in state.scope
    ]
    return numbered(wanted, after=state.asked)


def _check(
    check: CheckName, state: IncidentState, purpose: CheckPurpose, step: Step | None = None
) -> CheckRequested:
    return CheckRequested(
        purpose=purpose,
        check=check,
        item=state.course.target if state.course else "",
        part=part_of(state),
        step=step.id if step else "",
        retry_seconds=step.retry_seconds if step else 0.0,
    )


def _action(  # noqa: PLR0913 an action is all of these
    state: IncidentState,
    course: Course,
    runbook: Runbook,
    step: Step,
    template: JobTemplate,
    estate: EstateGraph,
) -> Action:
    """The step as it would run, with an id that follows from the incident."""
    return Action(
        id=f"{state.id}-{len(state.taken) + 1:02d}",
        incident=state.id,
        root=state.root,
        runbook=runbook.id,
        runbook_digest=runbook.digest,
        step=step.id,
        step_index=course.done,
        verb=step.verb,
        target=course.target,
        server=estate.server_of(course.target),
        server_class=estate.class_of(course.target),
        template=template.name,
        template_digest=template.digest,
        parameters=course.parameters,
        confidence=state.confidence.stated if state.confidence else 0,
        timeout_seconds=step.timeout_seconds,
        inventory_digest=estate.inventory_digest_of(course.target),
    )


def _stopped(reason: Escalation, step: str) -> Sequence[Said]:
    return (IncidentEscalated(reason=reason, step=step), PostMortemRequested())
