"""The write-up of an incident, from its journal alone.

What happened, why, what was done, what is left.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.blob import BlobAltered, opened, sealed
from watchkeeper.domain.diagnosis import Hypothesis
from watchkeeper.domain.entry import Entry, Unreadable
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionProposed,
    ApprovalDenied,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalWithdrawn,
    JobFinished,
    JobLost,
    LaunchRefused,
    action_stream,
)
from watchkeeper.domain.events.incidents import (
    AlertJoined,
    AlertQuiet,
    CheckAnswered,
    DiagnosisReopened,
    EvidenceGathered,
    IncidentDiagnosed,
    IncidentEscalated,
    IncidentOpened,
    IncidentTriaged,
    IncidentVerified,
    PostMortemRequested,
    PostMortemWritten,
    SourceBack,
    SourceLostAgain,
    StepFinished,
    StepStarted,
    StepWithdrawn,
    VerificationStarted,
    incident_stream,
)
from watchkeeper.domain.evidence import Evidence
from watchkeeper.domain.job_end import SENTENCES
from watchkeeper.engine.intents import whole_stream
from watchkeeper.engine.machine import Answer
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal

Read = Callable[[str], Awaitable[str]]  # blob digest → its text
LONGEST_QUOTE = 1500


@dataclass(frozen=True, kw_only=True)
class WriteUp:
    """The performer of ``post_mortem.requested``."""

    journal: Journal
    identifiers: Identifiers
    estate: Callable[[], EstateGraph]

    async def __call__(self, _: PostMortemRequested, state: IncidentState) -> Answer:
        """The write-up as a blob."""
        entries = list(await whole_stream(self.journal, incident_stream(state.id)))
        for taken in state.taken:
            entries.extend(await whole_stream(self.journal, action_stream(taken.id)))
        entries.sort(key=lambda entry: entry.position)
        sections = (
            _heading(state, self.estate()),
            await _cause(state, self._read),
            await _actions(entries, self._read),
            _timeline(entries),
            _follow_ups(state, self.estate()),
        )
        blob = sealed("\n\n".join(part for part in sections if part), self.identifiers.salt())
        return Answer(said=(PostMortemWritten(text=blob.digest),), blobs=(blob,))

    async def _read(self, digest: str) -> str:
        try:
            blob = await self.journal.blob(digest) if digest else None
            return opened(blob) if blob else ""
        except BlobAltered as altered:
            return f"[{altered}]"


def _heading(state: IncidentState, estate: EstateGraph) -> str:
    """What it was, in five lines."""
    cause = _causes(state)[0].cause if _causes(state) else "not found"
    outcome = state.escalation or state.resolution or state.recovery
    felt = ", ".join(_felt(state, estate)) or "nobody that the estate knows of"
    return "\n".join(
        (
            f"# {state.incident_type} on {state.server or state.source_lost} ({state.priority})",
            "",
            f"- Opened {state.opened_at:%Y-%m-%d %H:%M:%S} UTC, incident `{state.id}`",
            f"- Cause: **{cause}**",
            f"- Felt by: {felt}",
            f"- Ended: {outcome.replace('_', ' ')}",
        )
    )


def _causes(state: IncidentState) -> Sequence[Hypothesis]:
    return state.diagnosis.hypotheses if state.diagnosis else ()


def _felt(state: IncidentState, estate: EstateGraph) -> Sequence[str]:
    """What runs on the cause, where that is a server, and all that needs it.

    Where no cause was found: the services that the alerts name, and all that needs those.
    """
    causes = _causes(state)
    if causes:
        cause, *suffering = estate.suffering(causes[0].cause)
        return tuple(name for name in suffering if name != cause)
    hit = tuple(a.part for a in state.symptoms if a.part in estate.services)
    needing = (name for service in hit for name in estate.dependants(service))
    return tuple(dict.fromkeys((*hit, *needing)))


async def _cause(state: IncidentState, read: Read) -> str:
    """The ranked hypotheses, the confidence with its parts.

    And what each piece of evidence said.
    """
    if state.diagnosis is None:
        return ""
    lines = ["## Cause", ""]
    if not state.diagnosis.hypotheses:
        lines.append("No cause was found in the evidence.")
    for number, hypothesis in enumerate(state.diagnosis.hypotheses, start=1):
        lines.append(
            f"{number}. {await _sentence(hypothesis, read)} (score {hypothesis.score:.2f})"
        )
    sure = state.confidence
    if sure:
        lines += [
            "",
            f"Confidence {as_ratio(sure.stated):.2f} = min(cap {as_ratio(sure.cap):.2f}, "
            f"margin {as_ratio(sure.margin):.2f} × grounding {as_ratio(sure.grounding):.2f} × "
            f"completeness {as_ratio(sure.completeness):.2f}); "
            f"{sure.outcomes} labelled outcomes of this class so far"
            + (", granted, unproven." if sure.granted else "."),
        ]
    lines += ["", "| evidence | about | source | found |", "|---|---|---|---|"]
    lines += [_evidence_row(piece) for piece in state.evidence]
    return "\n".join(lines)


async def _sentence(hypothesis: Hypothesis, read: Read) -> str:
    return await read(hypothesis.claim) or f"{hypothesis.cause}: {hypothesis.incident_type}"


def _evidence_row(piece: Evidence) -> str:
    about = f"{piece.id} {piece.question} | {_cell(piece.item)} | {_cell(piece.source)}"
    if not piece.available:
        return f"| {about} | unavailable: {piece.reason} |"
    facts = ", ".join(
        f"{fact.name}{f' ({fact.about})' if fact.about else ''} {fact.value:g}"
        for fact in piece.facts[:8]
    )
    return f"| {about} | {_cell(facts)} |"


async def _actions(entries: Sequence[Entry], read: Read) -> str:  # noqa: C901 a closed union
    """What was done, by which permission, and what it printed."""
    lines: list[str] = []
    for entry in entries:
        match entry.body:
            case ActionProposed(action=action):
                lines += ["", f"### {action.step} on {action.target} ({action.runbook})", ""]
            case ActionJudged(ruling=ruling, verdicts=verdicts, minting=minting):
                strict = max(verdicts, key=lambda v: v.strictness)
                when = "at minting" if minting else "when proposed"
                lines.append(
                    f"- {when}: {ruling.replace('_', ' ')}, {strict.rule}: {strict.reason}"
                )
            case ApprovalGranted():
                lines.append(f"- approved by {entry.actor}")
            case ApprovalDenied(reason=reason):
                lines.append(f"- denied by {entry.actor}{_because(await read(reason))}")
            case ApprovalExpired():
                lines.append("- nobody answered in time")
            case ApprovalWithdrawn():
                lines.append("- everything was quiet before anybody answered")
            case LaunchRefused(rule=rule):
                lines.append(f"- not started: {rule}")
            case JobLost(reason=reason):
                lines.append(f"- nobody can say what became of it{_because(await read(reason))}")
            case JobFinished() as job:
                seconds = (job.finished_at - job.started_at).total_seconds()
                word = "succeeded" if job.succeeded else "failed"
                lines.append(f"- {word} after {seconds:.1f} s, {job.changed} changed")
                if not job.succeeded and job.end in SENTENCES:
                    lines.append(f"- {SENTENCES[job.end]}")
                lines += ["", _quoted((await read(job.output))[-LONGEST_QUOTE:])]
            case _:
                pass
    return "\n".join(["## Actions", *lines]) if lines else "## Actions\n\nNone."


def _because(text: str) -> str:
    """A reason in one line."""
    return f": {' '.join(text.split())[:LONGEST_QUOTE]}" if text else ""


def _quoted(text: str) -> str:
    """Somebody else's text, fenced so that nothing in it can end the fence."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text.strip()}\n{fence}"


def _cell(text: str) -> str:
    """A text that stays within its cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def _timeline(entries: Sequence[Entry]) -> str:
    rows = [
        f"| {entry.at:%H:%M:%S} | {entry.position} | {_cell(told)} | {entry.actor} |"
        for entry in entries
        if (told := _told(entry))
    ]
    return "\n".join(
        ["## Timeline", "", "| UTC | entry | what | who |", "|---|---|---|---|", *rows]
    )


def _told(entry: Entry) -> str:  # noqa: C901 a match over a closed union
    match entry.body:
        case Unreadable():
            return ""
        case IncidentOpened(anomalies=anomalies) | AlertJoined(anomalies=anomalies):
            series = ", ".join(anomaly.series for anomaly in anomalies) or "a source was lost"
            return f"{entry.body.kind}: {series}"
        case AlertQuiet(fingerprint=name):
            return f"alert {name} is quiet"
        case SourceBack(source=name):
            return f"{name} answers again"
        case SourceLostAgain(source=name):
            return f"{name} is lost again"
        case IncidentTriaged(incident_type=kind, priority=priority):
            return f"triaged: {kind}, {priority}"
        case EvidenceGathered(evidence=evidence):
            have = sum(piece.available for piece in evidence)
            return f"evidence: {have} of {len(evidence)} available"
        case IncidentDiagnosed(diagnosis=diagnosis, confidence=confidence):
            cause = diagnosis.hypotheses[0].cause if diagnosis.hypotheses else "none"
            return f"diagnosed: {cause}, confidence {as_ratio(confidence.stated):.2f}"
        case CheckAnswered(check=check, outcome=outcome, purpose=purpose):
            return f"{purpose.replace('_', ' ')}: {check.replace('_', ' ')}? {outcome}"
        case StepStarted(step=step):
            return f"step {step} begins"
        case StepFinished(step=step, outcome=outcome):
            return f"step {step}: {outcome.replace('_', ' ')}"
        case StepWithdrawn(step=step):
            return f"step {step}: all is quiet, nobody has to be asked"
        case VerificationStarted(until=until):
            return f"verifying until {until:%H:%M:%S}"
        case IncidentVerified():
            return "the fix held"
        case DiagnosisReopened(round=number):
            return f"something is still wrong: looked into anew, round {number}"
        case IncidentEscalated(reason=reason, step=step):
            return f"escalated: {reason.replace('_', ' ')}{f' ({step})' if step else ''}"
        case _:
            return ""


def _follow_ups(state: IncidentState, estate: EstateGraph) -> str:
    """What a person may want to do next."""
    lines = ["## Follow-ups", ""]
    if state.phase is Phase.ESCALATED and state.escalation:
        item = _causes(state)[0].cause if _causes(state) else state.server
        owner = estate.owner_of(item) or "its owner (none in the estate)"
        lines.append(f"- {owner}: take over, {state.escalation.replace('_', ' ')}.")
    if not _causes(state) and not state.source_lost:
        lines.append("- Say what it was: no cause was found.")
    lines += [f"- {piece.source} could not be asked: {piece.reason}." for piece in _gone(state)]
    lines.append("- Was the cause right? A verdict teaches the confidence of this class.")
    return "\n".join(lines)


def _gone(state: IncidentState) -> Sequence[Evidence]:
    return tuple(piece for piece in state.evidence if not piece.available)
