"""The authority fold.

Grants, the kill switch, and every warrant's life, from the ``authority`` stream alone.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    LevelGranted,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.events.holds import HoldLifted, HoldPlaced
from watchkeeper.governance.holds import Hold, held
from watchkeeper.governance.limits import INCIDENTS_REMEMBERED, REMEMBERED


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A level that a person gave to a runbook on a server class."""

    runbook: str
    server_class: str
    level: AutonomyLevel
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A warrant drawn from the budgets, and how far it has come."""

    warrant: str
    action: str
    incident: str
    runbook: str
    step: str
    target: str
    server: str
    server_class: str
    autonomous: bool
    unproven: bool
    kill_epoch: int
    digest: str  # of the whole warrant
    minted_at: datetime
    spent_at: datetime | None = None
    outcome: WarrantOutcome | None = None
    settled_at: datetime | None = None

    @property
    def in_flight(self) -> bool:
        """Whether it may be touching the estate right now, or still may come to."""
        return self.outcome is None

    @property
    def bad(self) -> bool:
        """Whether it ended in a way that speaks against doing more."""
        return self.outcome in (WarrantOutcome.FAILED, WarrantOutcome.UNKNOWN)

    @property
    def ran(self) -> bool:
        """Whether it ended after it may have changed something."""
        return self.outcome not in (None, WarrantOutcome.NEVER_STARTED)

    def remembered(self, now: datetime) -> bool:
        """Whether the gates still have to know of it: in flight, or settled not long ago."""
        return self.settled_at is None or now - self.settled_at < REMEMBERED


@dataclass(frozen=True, kw_only=True)
class IncidentCount:
    """How many autonomous actions an incident has had."""

    count: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Everything the gates know of the past."""

    revision: int = 0
    kill_epoch: int = 0
    killed_at: datetime | None = None
    killed_by: str = ""
    grants: tuple[Grant, ...] = ()
    drawn: tuple[Drawn, ...] = ()  # oldest first
    counts: dict[str, IncidentCount] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)  # by server; some may be over by now

    @property
    def killed(self) -> bool:
        """Whether the kill switch is engaged."""
        return self.killed_at is not None

    @property
    def wake_at(self) -> datetime | None:
        """It never wants attention by itself."""
        return None

    @property
    def open(self) -> bool:
        """It never ends."""
        return True

    def level(self, runbook: str, server_class: str) -> AutonomyLevel | None:
        """The level granted last, or None when nobody ever said."""
        for grant in reversed(self.grants):
            if (grant.runbook, grant.server_class) == (runbook, server_class):
                return grant.level
        return None

    def warrant(self, warrant: str) -> Drawn | None:
        """One warrant, while it is remembered."""
        return next((d for d in reversed(self.drawn) if d.warrant == warrant), None)

    def autonomous_in(self, incident: str) -> int:
        """Autonomous actions of an incident so far."""
        counted = self.counts.get(incident)
        return counted.count if counted else 0

    def since(self, instant: datetime) -> tuple[Drawn, ...]:
        """What was drawn after an instant."""
        return tuple(d for d in self.drawn if d.minted_at > instant)


def evolve(authority: Authority, entry: Entry) -> Authority:
    """What the authority is after one more entry. O(warrants remembered)."""
    authority = replace(authority, revision=entry.revision)
    match entry.body:
        case LevelGranted() as said:
            return _granted(authority, said, entry)
        case KillEngaged():
            return replace(
                authority,
                kill_epoch=authority.kill_epoch + 1,
                killed_at=authority.killed_at or entry.at,
                killed_by=authority.killed_by or str(entry.actor),
            )
        case KillReleased():
            return _released(authority)
        case HoldPlaced() | HoldLifted() as said:
            return replace(authority, holds=held(authority.holds, said, entry))
        case WarrantMinted() as said:
            return _minted(authority, said, entry.at)
        case WarrantSpent(warrant=warrant):
            return _changed(authority, warrant, spent_at=entry.at)
        case WarrantSettled(warrant=warrant, outcome=outcome):
            return _changed(authority, warrant, outcome=outcome, settled_at=entry.at)
        case _:
            return authority


def _released(authority: Authority) -> Authority:
    """Let go. Where only the kill page had said stop, what was minted before is void from here."""
    epoch = authority.kill_epoch + (0 if authority.killed else 1)
    return replace(authority, kill_epoch=epoch, killed_at=None, killed_by="")


def _granted(authority: Authority, said: LevelGranted, entry: Entry) -> Authority:
    kept = tuple(
        g
        for g in authority.grants
        if (g.runbook, g.server_class) != (said.runbook, said.server_class)
    )
    grant = Grant(
        runbook=said.runbook,
        server_class=said.server_class,
        level=said.level,
        by=str(entry.actor),
        at=entry.at,
    )
    return replace(authority, grants=(*kept, grant))


def _minted(authority: Authority, said: WarrantMinted, at: datetime) -> Authority:
    warrant = said.warrant
    drawn = Drawn(
        warrant=warrant.id,
        action=warrant.action,
        incident=warrant.incident,
        runbook=warrant.runbook,
        step=warrant.step,
        target=warrant.target,
        server=warrant.server,
        server_class=said.server_class,
        autonomous=said.autonomous,
        unproven=said.unproven,
        kill_epoch=warrant.kill_epoch,
        digest=warrant.digest,
        minted_at=at,
    )
    kept = tuple(d for d in authority.drawn if d.remembered(at))
    counts = {
        name: count
        for name, count in authority.counts.items()
        if at - count.last_at < INCIDENTS_REMEMBERED
    }
    if said.autonomous:
        before = counts.get(warrant.incident)
        counts[warrant.incident] = IncidentCount(
            count=(before.count if before else 0) + 1, last_at=at
        )
    return replace(authority, drawn=(*kept, drawn), counts=counts)


def _changed(
    authority: Authority,
    warrant: str,
    *,
    spent_at: datetime | None = None,
    outcome: WarrantOutcome | None = None,
    settled_at: datetime | None = None,
) -> Authority:
    def change(drawn: Drawn) -> Drawn:
        if drawn.warrant != warrant:
            return drawn
        return replace(
            drawn,
            spent_at=drawn.spent_at or spent_at,
            outcome=drawn.outcome or outcome,
            settled_at=drawn.settled_at or settled_at,
        )

    return replace(authority, drawn=tuple(change(d) for d in authority.drawn))


AUTHORITY_FOLD: Fold[Authority] = Fold(
    prefix=AUTHORITY, state=Authority, initial=lambda _: Authority(), evolve=evolve
)
