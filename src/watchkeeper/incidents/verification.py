"""Does the fix hold? Looked at through the whole window.

By checks and by every alert being quiet.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchkeeper.domain.entry import Said, Tell
from watchkeeper.domain.events.actions import ActionOutcome
from watchkeeper.domain.events.authority import AUTHORITY, FixIneffective
from watchkeeper.domain.events.incidents import (
    CheckPurpose,
    CheckRequested,
    DiagnosisReopened,
    Escalation,
    IncidentEscalated,
    IncidentVerified,
    PostMortemRequested,
)
from watchkeeper.domain.runbook import Runbook
from watchkeeper.incidents.incident_fold import IncidentState, Watchfulness
from watchkeeper.incidents.steps import part_of
from watchkeeper.knowledge.estate import EstateGraph

MOST_ROUNDS = 3  # diagnoses of one incident; then a person
# A source that looks seldom, or an alert that was raised again and again, goes on telling of what
# was broken before the fix. So long that may be, while every check passes.
ECHOES_WITHIN = timedelta(minutes=15)  # spec: verification after a fix, 5–15 min


def verified(
    state: IncidentState, runbooks: dict[str, Runbook], estate: EstateGraph, now: datetime
) -> Sequence[Said]:
    """Look, wait, or conclude. Unknown never verifies: it waits, then asks."""
    watch, course = state.watch, state.course
    runbook = runbooks.get(course.runbook) if course else None
    if watch is None or course is None or runbook is None or not runbook.verification:
        return _not_verified(Escalation.NO_RUNBOOK)
    if watch.failed:
        return (*_ineffective(state), *_not_verified(Escalation.NOT_VERIFIED))
    if watch.asked % len(runbook.verification):
        return (_looked(state, runbook, watch),)
    if watch.looked_at is not None and watch.looked_at >= watch.until:
        concluded = _concluded(state, watch, estate, now)
        if concluded:
            return concluded
    return (_looked(state, runbook, watch),) if now >= watch.next_at else ()


def _concluded(
    state: IncidentState, watch: Watchfulness, estate: EstateGraph, now: datetime
) -> Sequence[Said]:
    """The window is over: it held, or something is still wrong after as long again."""
    if not watch.unknown and state.all_quiet:
        return (IncidentVerified(), PostMortemRequested())
    patient_until = watch.until + (watch.until - watch.since)
    if not watch.unknown and _only_of_what_was_mended(state, estate):
        patient_until = max(patient_until, watch.since + ECHOES_WITHIN)
    if now < patient_until:
        return ()
    if watch.unknown:
        return _not_verified(Escalation.CHECK_UNKNOWN)
    if state.round < MOST_ROUNDS:
        return (*_ineffective(state), DiagnosisReopened(round=state.round + 1))
    return (*_ineffective(state), *_not_verified(Escalation.NOT_VERIFIED))


def _ineffective(state: IncidentState) -> Sequence[Said]:
    """To the authority: what this course did well made nothing better."""
    course = state.course
    done = [
        t
        for t in state.taken
        if course and (t.runbook, t.target) == (course.runbook, course.target)
    ]
    return tuple(
        Tell(stream=AUTHORITY, body=FixIneffective(action=taken.id))
        for taken in done
        if taken.outcome is ActionOutcome.SUCCEEDED
    )


def _only_of_what_was_mended(state: IncidentState, estate: EstateGraph) -> bool:
    """Whether all that is still told could be an echo: the target, and what suffered with it."""
    mended = estate.suffering(state.course.target) if state.course else ()
    return all(estate.item_of(anomaly) in mended for anomaly in state.anomalies)


def _looked(state: IncidentState, runbook: Runbook, watch: Watchfulness) -> CheckRequested:
    return CheckRequested(
        purpose=CheckPurpose.VERIFICATION,
        check=runbook.verification[watch.asked % len(runbook.verification)],
        item=state.course.target if state.course else "",
        part=part_of(state),
    )


def _not_verified(reason: Escalation) -> Sequence[Said]:
    return (IncidentEscalated(reason=reason), PostMortemRequested())
