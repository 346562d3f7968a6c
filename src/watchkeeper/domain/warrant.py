"""Warrants: the only door to the world."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Warrant:
    """Permission for exactly one action, to be used once, before a time, under one kill epoch."""

    id: str
    action: str
    incident: str
    runbook: str
    step: str
    target: str  # a configuration item
    server: str  # where it runs
    template: str
    template_digest: str
    parameters_digest: str
    executor: str
    kill_epoch: int
    start_before: datetime
    inventory_digest: str = ""  # of the server's InventoryRow
    surroundings_digest: str = ""  # of all that the executor brings along: see Automation

    @property
    def digest(self) -> str:
        """SHA-256 over all that it is bound to: a warrant altered since its minting shows."""
        parts = [f"{each.name}={getattr(self, each.name)}" for each in fields(self)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()  # no name can fake a border

    @property
    def statement(self) -> str:
        """What the authority signs. No other signature of Watchkeeper is over such words."""
        return f"watchkeeper warrant 1 {self.digest}"


@dataclass(frozen=True, kw_only=True)
class Spent:
    """A warrant that has just been used up.

    Only ``engine.spend`` constructs one; adapters take only this.
    """

    warrant: Warrant
    at: datetime
