"""What is said in ``authority``: who may do what, and every warrant's life."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchkeeper.domain.entry import Body
from watchkeeper.domain.speakers import AGENTS, EXECUTORS, OURS, PERSONS, THE_AUTHORITY
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
class DowntimeConsented(Body, kind="downtime.consented", said_by=PERSONS):
    """A service without a replica may be down while it is mended. Said once, until withdrawn."""

    service: str
    reason: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class DowntimeRefused(Body, kind="downtime.refused", said_by=PERSONS):
    """The consent to a service's downtime is withdrawn."""

    service: str
    reason: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class FixIneffective(Body, kind="fix.ineffective", said_by=AGENTS):
    """An action ended well and nothing became better by it: it only makes the gates stricter."""

    action: str


@dataclass(frozen=True, kw_only=True)
class KillEngaged(Body, kind="kill.engaged", said_by=PERSONS | OURS):
    """Stop everything within the scope. Anybody may, and so may a gate that found a reason."""

    scope: str  # "all", "pillar:incidents", "class:web", "runbook:restart-dead-service"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class KillReleased(Body, kind="kill.released", said_by=PERSONS):
    """A person lets it act again.

    ``single_person``: the only administrator let go of what they had engaged themselves.
    """

    scope: str
    reason: str = ""
    single_person: bool = False


@dataclass(frozen=True, kw_only=True)
class BreakerSet(Body, kind="breaker.set", said_by=PERSONS):
    """A person opens a breaker, or closes it before its time; empty class: the global one."""

    server_class: str
    open: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class BreakerOpened(Body, kind="breaker.opened", said_by=THE_AUTHORITY):
    """What was just seen opens a breaker, for people to see; empty class: the global one."""

    server_class: str
    reason: str  # in closed words: how many of how many, or the trial


@dataclass(frozen=True, kw_only=True)
class ActionAftermath(Body, kind="action.aftermath", said_by=THE_AUTHORITY):
    """Health of what a warrant touched and of its dependants, before it and well after it.

    Each is a service with healthy, unhealthy or unknown; unknown counts as nothing.
    """

    warrant: str
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class PlanApproved(Body, kind="plan.approved", said_by=PERSONS):
    """A person said yes to every step of a runbook run, exactly as rendered: ``plan`` names it."""

    plan: str
    incident: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class WarrantMinted(Body, kind="warrant.minted", said_by=THE_AUTHORITY):
    """Permission for one action, drawn from the budgets. ``autonomous``: no person approved it."""

    warrant: Warrant
    server_class: str
    autonomous: bool
    signature: str = ""  # of the authority, over the warrant's statement
    unproven: bool = False  # acted on a grant with too few outcomes
    root: str = ""  # the incident whose budget it is drawn from; empty: its own


@dataclass(frozen=True, kw_only=True)
class WarrantSpent(Body, kind="warrant.spent", said_by=EXECUTORS):
    """The warrant is used up: whatever it allowed starts now, once, or never.

    ``number`` is how far the executor's own ledger has counted: it never counts back.
    """

    warrant: str
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class WarrantSettled(Body, kind="warrant.settled", said_by=THE_AUTHORITY):
    """What came of a warrant. An unspent one that lapsed is settled as never started."""

    warrant: str
    outcome: WarrantOutcome
