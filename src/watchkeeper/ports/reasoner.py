"""Who finds the cause."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.diagnosis import Diagnosis
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.evidence import Evidence


@dataclass(frozen=True, kw_only=True)
class Brief:
    """All that a reasoner gets: what is wrong, who is in scope, and evidence it may cite."""

    incident: str
    incident_type: str
    at: datetime
    anomalies: tuple[Anomaly, ...]
    scope: tuple[str, ...]
    estate: Estate
    evidence: tuple[Evidence, ...]


class Reasoner(Protocol):
    """The deterministic one; Claude later, behind the same door."""

    @property
    def name(self) -> str:
        """What the journal calls it."""

    async def diagnose(self, brief: Brief) -> Diagnosis:
        """Ranked hypotheses that cite the brief's evidence.

        None when there is no cause to be found.
        """
