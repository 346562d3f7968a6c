"""The narrator: tells what the journal says, entry by entry, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field

from watchkeeper.domain.blob import opened
from watchkeeper.domain.entry import Entry, prefix_of
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionProposed,
    ApprovalDenied,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRequested,
    JobFinished,
    JobLost,
    LaunchRefused,
)
from watchkeeper.domain.events.alerts import AlertRaised
from watchkeeper.domain.events.authority import KillEngaged, KillReleased, LevelGranted
from watchkeeper.domain.events.incidents import (
    CheckAnswered,
    CheckOutcome,
    DiagnosisReopened,
    EvidenceGathered,
    IncidentClosed,
    IncidentDiagnosed,
    IncidentEscalated,
    IncidentTriaged,
    IncidentVerified,
    PostMortemWritten,
    Resolution,
    VerificationStarted,
)
from watchkeeper.domain.events.sources import SourceLost
from watchkeeper.domain.verdict import Ruling
from watchkeeper.incidents.incident_fold import INCIDENT_FOLD, IncidentState, Phase
from watchkeeper.lab.chronicle import cause_of
from watchkeeper.lab.telling import Line, Tone
from watchkeeper.lab.wording import (
    anomalies_said,
    cause_said,
    confidence_said,
    evidence_said,
    gates_said,
    time_said,
)
from watchkeeper.ports.journal import Journal

_TONES = {Ruling.PERMITTED: Tone.GOOD, Ruling.NEEDS_PERSON: Tone.ASKS, Ruling.REFUSED: Tone.BAD}


@dataclass(frozen=True)
class Said:
    """What an entry is worth: one line."""

    what: str
    says: str
    tone: Tone = Tone.PLAIN


@dataclass
class Narrator:
    """Follows the journal, and remembers no more than it needs to tell the next entry."""

    journal: Journal
    tell: Callable[[Line], None]
    _incidents: dict[str, IncidentState] = field(default_factory=dict)  # by id
    _proposed: dict[str, ActionProposed] = field(default_factory=dict)  # by the action's id
    _ruled: dict[str, Ruling] = field(default_factory=dict)  # incident → the ruling told last

    async def hear(self, entry: Entry) -> None:
        """Tell an entry in the lines that it is worth."""
        match prefix_of(entry.stream):
            case "incident":
                said = self._of_incident(entry)
            case "action":
                said = await self._of_action(entry)
            case _:
                said = await self._of_others(entry)
        for one in said:
            self.tell(
                Line(
                    at=entry.at,
                    what=one.what,
                    says=one.says,
                    tone=one.tone,
                    position=entry.position,
                    incident=self._incident_of(entry),
                )
            )

    def _of_incident(self, entry: Entry) -> tuple[Said, ...]:
        name = self._incident_of(entry)
        before = self._incidents.get(name, IncidentState())
        self._incidents[name] = state = INCIDENT_FOLD.evolve(before, entry)
        match entry.body:
            case IncidentTriaged(incident_type=kind, priority=priority):
                where = state.server or state.source_lost
                return (Said("incident", f"{priority}, {kind} on {where}"),)
            case EvidenceGathered(evidence=evidence):
                first = state.phase is Phase.EVIDENCE
                wanting = not all(piece.available for piece in evidence)
                return (Said("evidence", evidence_said(evidence)),) if first or wanting else ()
            case IncidentDiagnosed(diagnosis=diagnosis, confidence=confidence):
                return (
                    Said("cause", cause_said(diagnosis)),
                    Said("confidence", confidence_said(confidence)),
                )
            case CheckAnswered(check=check, outcome=outcome) if outcome is not CheckOutcome.PASSED:
                return (Said("check", f"{check.replace('_', ' ')}? {outcome}", Tone.BAD),)
            case _:
                return _of_its_end(entry, before, state)

    async def _of_action(self, entry: Entry) -> tuple[Said, ...]:  # noqa: C901 a closed union
        name, body = entry.stream.partition("/")[2], entry.body
        if isinstance(body, ActionProposed):
            self._proposed[name] = body
        step = self._step(name)
        match body:
            case ActionJudged():
                return self._gates(self._incident_of(entry), step, body)
            case ApprovalRequested(expires_at=until):
                return (Said("asks", f"a person, until {until:%H:%M}: {step}", Tone.ASKS),)
            case ApprovalGranted(digest=digest):
                said = f"{entry.actor.name} says yes to {step}, exactly as shown ({digest[:8]}…)"
                return (Said("approved", said, Tone.ASKS),)
            case ApprovalDenied():
                return (Said("denied", f"{entry.actor.name} says no to {step}", Tone.ASKS),)
            case ApprovalExpired():
                return (Said("expired", f"nobody answered about {step}", Tone.ASKS),)
            case JobFinished():
                return (await self._job(step, body),)
            case JobLost():
                return (Said("step", f"{step}: nobody can say what became of it", Tone.BAD),)
            case LaunchRefused(rule=rule):
                return (Said("step", f"{step}: not started, {rule}", Tone.BAD),)
            case _:
                return ()

    def _step(self, action: str) -> str:
        proposed = self._proposed.get(action)
        return f"{proposed.action.step} on {proposed.action.target}" if proposed else action

    def _gates(self, incident: str, step: str, judged: ActionJudged) -> tuple[Said, ...]:
        """What the gates say, once for each incident until they say something else."""
        again = judged.minting and judged.ruling is not Ruling.REFUSED
        if again or judged.ruling is self._ruled.get(incident):
            return ()
        self._ruled[incident] = judged.ruling
        when = ", right before it runs" if judged.minting else ""
        return (Said("gates", f"{step}{when}: {gates_said(judged)}", _TONES[judged.ruling]),)

    async def _job(self, step: str, job: JobFinished) -> Said:
        took = time_said(job.finished_at - job.started_at)
        if job.succeeded:
            return Said("step", f"{step}: done in {took}, {job.changed} changed", Tone.GOOD)
        return Said("step", f"{step}: failed after {took}: {await self._why(job)}", Tone.BAD)

    async def _of_others(self, entry: Entry) -> tuple[Said, ...]:
        match entry.body:
            case AlertRaised(server=server, anomalies=anomalies):
                return (Said("alert", f"{server}: {anomalies_said(anomalies)}", Tone.BAD),)
            case SourceLost(source=source):
                return (Said("source", f"{source} does not answer", Tone.BAD),)
            case LevelGranted(runbook=runbook, server_class=server_class, level=level):
                said = f"{entry.actor.name} lets {runbook} {level} on class {server_class}"
                return (Said("grant", said, Tone.ASKS),)
            case KillEngaged(reason=reason):
                said = f"{entry.actor.name} stops everything: {await self._text(reason)}"
                return (Said("kill switch", said, Tone.BAD),)
            case KillReleased(reason=reason):
                said = f"{entry.actor.name} lets it act again: {await self._text(reason)}"
                return (Said("kill switch", said, Tone.ASKS),)
            case _:
                return ()

    async def _why(self, job: JobFinished) -> str:
        """What the task said that came last."""
        lines = (await self._text(job.output)).splitlines()
        tasks = [line for line in lines if line.startswith("TASK")]
        return (tasks or lines or ["it said nothing"])[-1]

    async def _text(self, digest: str) -> str:
        blob = await self.journal.blob(digest) if digest else None
        return opened(blob).strip() if blob else ""

    def _incident_of(self, entry: Entry) -> str:
        prefix, _, name = entry.stream.partition("/")
        if prefix == "incident":
            return name
        proposed = self._proposed.get(name)
        return proposed.action.incident if proposed else ""


def _of_its_end(entry: Entry, before: IncidentState, state: IncidentState) -> tuple[Said, ...]:
    about = cause_of(state) or state.server
    match entry.body:
        case VerificationStarted(until=until):
            return (Said("verifying", f"{about} has to hold until {until:%H:%M:%S}"),)
        case DiagnosisReopened(round=number):
            return (Said("once more", f"something is still wrong: round {number}", Tone.BAD),)
        case IncidentVerified():
            return (
                Said("verified", f"{about}: every check passed, every alert is quiet", Tone.GOOD),
            )
        case IncidentEscalated(reason=reason, step=step):
            why = f"{reason.replace('_', ' ')}{f' ({step})' if step else ''}"
            said = f"{about} to a person: {why}; it does nothing more"
            return (Said("handed over", said, Tone.BAD),)
        case PostMortemWritten() if state.phase is Phase.ESCALATED and not before.post_mortem:
            return (Said("written up", f"{about}: a post-mortem of what is known so far"),)
        case IncidentClosed(resolution=resolution) if state.opened_at:
            took = time_said(entry.at - state.opened_at)
            said = f"{about}: {resolution.replace('_', ' ')}, {took} after the alert"
            tone = Tone.GOOD if resolution is Resolution.FIXED else Tone.PLAIN
            return (Said("closed", f"{said}; the post-mortem is written", tone),)
        case _:
            return ()
