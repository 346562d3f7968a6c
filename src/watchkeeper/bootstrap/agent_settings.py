"""How the agents work."""

from typing import Annotated

from pydantic import Field

from watchkeeper.bootstrap.section import ConfigPath, Seconds, Section


class Monitoring(Section):
    """How often it looks, and what counts as wrong before baselines exist."""

    cycle_seconds: Seconds = 60
    "How often it looks."
    intensified_seconds: Seconds = 10
    "How often it will look at a server that is being patched; nothing is patched yet."
    quiet_cycles: Annotated[int, Field(ge=1, le=1000)] = 3
    "For how many cycles nothing may be wrong before an alert is over."
    thresholds: ConfigPath | None = None
    "A file of limits in place of the shipped one."


class Incidents(Section):
    """How long a fix has to hold, and how long a person has to answer."""

    verification_seconds: Seconds = 300
    "How long a fix has to hold before the incident is closed."
    approval_seconds: Seconds = 3600
    "How long a person has to answer; then the incident is handed over."
    cautious_classes: tuple[str, ...] = ()
    "Server classes that act above 0.85 only; from 0.65 on they notify and ask."
