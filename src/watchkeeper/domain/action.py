"""An action: one state-changing runbook step on one target, exactly as it would run."""

import hashlib
import json
from dataclasses import dataclass

from watchkeeper.domain.runbook import VerbClass


def digest_of_parameters(parameters: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """SHA-256 over named values in canonical JSON: what a warrant is bound to."""
    text = json.dumps(parameters, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Action:
    """What is proposed. ``digest`` is what an approver signs and what is executed."""

    id: str
    incident: str
    root: str = ""  # the incident that this one descends from, whose budget it shares
    runbook: str
    runbook_digest: str
    step: str
    step_index: int
    verb: VerbClass
    target: str  # configuration item
    server: str  # the server it runs on
    server_class: str
    template: str
    template_digest: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...]  # name → values, sorted by name
    confidence: int  # basis points
    timeout_seconds: float
    inventory_digest: str = ""  # of the server's InventoryRow: where exactly it would run

    @property
    def parameters_digest(self) -> str:
        """SHA-256 over the parameters in canonical JSON."""
        return digest_of_parameters(self.parameters)

    @property
    def digest(self) -> str:
        """SHA-256 over everything that decides what runs where."""
        parts = (
            self.runbook_digest,
            self.step,
            self.target,
            self.server,
            self.template,
            self.template_digest,
            self.parameters_digest,
            self.inventory_digest,
        )
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
