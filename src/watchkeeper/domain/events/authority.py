"""What is said in ``authority``: who may do what, and every warrant's life."""

from dataclasses import dataclass
from enum import StrEnum

from watchkeeper.domain.entry import Body
from watchkeeper.domain.speakers import EXECUTORS, OURS, PERSONS, THE_AUTHORITY
from watchkeeper.domain.warrant import Warrant

AUTHORITY = "authority"


class AutonomyLevel(StrEnum):
    """How far a runbook may go by itself on a server class, lowest first."""

    OBSERVE = "observe"
    NOTIFY = "notify"
    APPROVE = "approve"
    ACT_AND_NOTIFY = "act-and-notify"
    ACT = "act"


class WarrantOutcome(StrEnum):
    """How a spent warrant ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NEVER_STARTED = "never_started"


@dataclass(frozen=True, kw_only=True)
class LevelGranted(Body, kind="level.granted", said_by=PERSONS):
    """A person gives a runbook × server class a level of autonomy (or lowers it)."""

    runbook: str
    server_class: str
    level: AutonomyLevel
    reason: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class KillEngaged(Body, kind="kill.engaged", said_by=PERSONS | OURS):
    """Stop everything within the scope. Anybody may, and so may a gate that found a reason."""

    scope: str  # "all"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class KillReleased(Body, kind="kill.released", said_by=PERSONS):
    """A person lets it act again."""

    scope: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WarrantMinted(Body, kind="warrant.minted", said_by=THE_AUTHORITY):
    """Permission for one action, drawn from the budgets. ``autonomous``: no person approved it."""

    warrant: Warrant
    server_class: str
    autonomous: bool
    unproven: bool = False  # acted on a grant with too few outcomes


@dataclass(frozen=True, kw_only=True)
class WarrantSpent(Body, kind="warrant.spent", said_by=EXECUTORS):
    """The warrant is used up: whatever it allowed starts now, once, or never."""

    warrant: str


@dataclass(frozen=True, kw_only=True)
class WarrantSettled(Body, kind="warrant.settled", said_by=THE_AUTHORITY):
    """What came of a warrant. An unspent one that lapsed is settled as never started."""

    warrant: str
    outcome: WarrantOutcome
