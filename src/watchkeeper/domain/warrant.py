"""Warrants: the only door to the world."""

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Spent:
    """A warrant that has just been used up.

    Only ``engine.spend`` constructs one; adapters take only this.
    """

    warrant: Warrant
    at: datetime
