"""The investigation.

An incident asks for it as an intent, a reasoner answers, the confidence is ours.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from watchkeeper.domain.blob import sealed
from watchkeeper.domain.diagnosis import Diagnosis
from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel
from watchkeeper.domain.events.incidents import IncidentDiagnosed, InvestigationRequested
from watchkeeper.domain.runbook import Runbook
from watchkeeper.engine.machine import Answer
from watchkeeper.governance.authority import Authority
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.incidents.remediation import chosen
from watchkeeper.incidents.root_cause import claim
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.orchestration.confidence import stated
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.reasoner import Brief, Reasoner


@dataclass(frozen=True, kw_only=True)
class Investigate:
    """The performer of ``investigation.requested``."""

    reasoner: Reasoner
    journal: Journal
    clock: Clock
    identifiers: Identifiers
    estate: Callable[[], EstateGraph]
    runbooks: Callable[[], dict[str, Runbook]]

    async def __call__(self, _: InvestigationRequested, state: IncidentState) -> Answer:
        """A diagnosis whose every hypothesis is also said in a sentence, with its confidence."""
        diagnosis = await self.reasoner.diagnose(self._brief(state))
        blobs = []
        hypotheses = []
        for hypothesis in diagnosis.hypotheses:
            blob = sealed(claim(hypothesis), self.identifiers.salt())
            blobs.append(blob)
            hypotheses.append(replace(hypothesis, claim=blob.digest))
        diagnosis = replace(diagnosis, hypotheses=tuple(hypotheses))
        confidence = stated(
            diagnosis, state.evidence, outcomes=0, granted=await self._granted(diagnosis)
        )
        said = IncidentDiagnosed(diagnosis=diagnosis, confidence=confidence)
        return Answer(said=(said,), blobs=tuple(blobs))

    def _brief(self, state: IncidentState) -> Brief:
        return Brief(
            incident=state.id,
            incident_type=state.incident_type,
            at=self.clock.now(),
            anomalies=state.symptoms,
            scope=state.scope,
            estate=self.estate().estate,
            evidence=state.evidence,
        )

    async def _granted(self, diagnosis: Diagnosis) -> bool:
        """Whether a person granted the runbook that would be chosen, on the class of the cause."""
        if not diagnosis.hypotheses:
            return False
        estate = self.estate()
        choice = chosen(diagnosis.hypotheses[0], self.runbooks(), estate)
        held = await self.journal.held(AUTHORITY)
        authority = held.state if held else Authority()
        if choice is None:
            return False
        level = authority.level(choice.runbook, estate.class_of(choice.target))
        return level in (AutonomyLevel.ACT, AutonomyLevel.ACT_AND_NOTIFY)
