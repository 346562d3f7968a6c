"""The authority fold.

Grants, the kill switch, and every warrant's life, from the ``authority`` stream alone.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    ActionAftermath,
    AutonomyLevel,
    BreakerSet,
    DowntimeConsented,
    DowntimeRefused,
    FixIneffective,
    KillEngaged,
    KillReleased,
    LevelGranted,
    PlanApproved,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.events.holds import HoldLifted, HoldPlaced
from watchkeeper.domain.kill_scope import EVERYTHING
from watchkeeper.governance import kill
from watchkeeper.governance.aftermath import worsened
from watchkeeper.governance.breaker import Breaker, Ending, breaker_of, ended, set_by_hand
from watchkeeper.governance.holds import Hold, held
from watchkeeper.governance.kill import KillSwitch
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
    ineffective: bool = False  # it ended well, and nothing became better by it

    @property
    def in_flight(self) -> bool:
        """Whether it may be touching the estate right now, or still may come to."""
        return self.outcome is None

    @property
    def bad(self) -> bool:
        """Whether it ended in a way that speaks against doing more."""
        return self.outcome in (WarrantOutcome.FAILED, WarrantOutcome.UNKNOWN)

    @property
    def futile(self) -> bool:
        """Whether doing the very same again promises nothing."""
        return self.bad or self.ineffective

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
class PlanYes:
    """Who said yes to a whole runbook run, and until when that covers its steps."""

    by: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Everything the gates know of the past."""

    revision: int = 0
    kill: KillSwitch = field(default_factory=KillSwitch)
    grants: tuple[Grant, ...] = ()
    drawn: tuple[Drawn, ...] = ()  # oldest first
    counts: dict[str, IncidentCount] = field(default_factory=dict)  # by the root of the incident
    consents: tuple[str, ...] = ()  # services whose downtime somebody has consented to
    holds: dict[str, Hold] = field(default_factory=dict)  # by server; some may be over by now
    ledgers: dict[str, int] = field(default_factory=dict)  # executor → how far its ledger counted
    breakers: dict[str, Breaker] = field(default_factory=dict)  # by class; "": the global one
    plans: dict[str, PlanYes] = field(default_factory=dict)

    @property
    def kill_epoch(self) -> int:
        """Counts engagements of every scope; a warrant bears the one under which it was minted."""
        return self.kill.epoch

    @property
    def killed(self) -> bool:
        """Whether the kill switch is engaged for everything."""
        return self.kill.of(str(EVERYTHING)) is not None

    @property
    def killed_at(self) -> datetime | None:
        """Since when everything is stopped."""
        everything = self.kill.of(str(EVERYTHING))
        return everything.at if everything else None

    @property
    def killed_by(self) -> str:
        """Who stopped everything first."""
        everything = self.kill.of(str(EVERYTHING))
        return everything.by[0] if everything else ""

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

    def autonomous_in(self, root: str) -> int:
        """Autonomous actions so far of an incident and all that descend from it."""
        counted = self.counts.get(root)
        return counted.count if counted else 0

    def since(self, instant: datetime) -> tuple[Drawn, ...]:
        """What was drawn after an instant."""
        return tuple(d for d in self.drawn if d.minted_at > instant)


def evolve(authority: Authority, entry: Entry) -> Authority:  # noqa: C901 a match over a closed union
    """What the authority is after one more entry. O(warrants remembered)."""
    authority = replace(authority, revision=entry.revision)
    match entry.body:
        case LevelGranted() as said:
            return _granted(authority, said, entry)
        case DowntimeConsented(service=service):
            return replace(authority, consents=(*_without(authority.consents, service), service))
        case DowntimeRefused(service=service):
            return replace(authority, consents=_without(authority.consents, service))
        case HoldPlaced() | HoldLifted() as said:
            return replace(authority, holds=held(authority.holds, said, entry))
        case FixIneffective(action=action):
            return _ineffective(authority, action)
        case KillEngaged() as said:
            return replace(authority, kill=kill.engaged(authority.kill, said, entry))
        case KillReleased() as said:
            return replace(authority, kill=kill.released(authority.kill, said, entry))
        case WarrantMinted() as said:
            return _minted(authority, said, entry.at)
        case WarrantSpent() as said:
            return _changed(_counted(authority, said, entry), said.warrant, spent_at=entry.at)
        case WarrantSettled() as said:
            return _settled(authority, said, entry.at)
        case ActionAftermath() as said:
            return _followed(authority, said, entry.at)
        case BreakerSet() as said:
            before = breaker_of(authority.breakers, said.server_class)
            after = set_by_hand(before, str(entry.actor), entry.at, opened=said.open)
            return replace(authority, breakers={**authority.breakers, said.server_class: after})
        case PlanApproved() as said:
            return _planned(authority, said, entry)
        case _:
            return authority


def _without(consents: tuple[str, ...], service: str) -> tuple[str, ...]:
    return tuple(name for name in consents if name != service)


def _ineffective(authority: Authority, action: str) -> Authority:
    drawn = (replace(d, ineffective=True) if d.action == action else d for d in authority.drawn)
    return replace(authority, drawn=tuple(drawn))


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
        root = said.root or warrant.incident
        before = counts.get(root)
        counts[root] = IncidentCount(count=(before.count if before else 0) + 1, last_at=at)
    return replace(authority, drawn=(*kept, drawn), counts=counts)


def _counted(authority: Authority, said: WarrantSpent, entry: Entry) -> Authority:
    name = entry.actor.name
    number = max(said.number, authority.ledgers.get(name, 0))
    return replace(authority, ledgers={**authority.ledgers, name: number})


def _settled(authority: Authority, said: WarrantSettled, at: datetime) -> Authority:
    """The first word about a warrant's end counts, for its life and for the breakers."""
    drawn = authority.warrant(said.warrant)
    after = _changed(authority, said.warrant, outcome=said.outcome, settled_at=at)
    if drawn is None or drawn.outcome is not None or said.outcome is WarrantOutcome.NEVER_STARTED:
        return after  # what never started proves nothing, neither way
    bad = said.outcome in (WarrantOutcome.FAILED, WarrantOutcome.UNKNOWN)
    ending = Ending(warrant=drawn.warrant, minted_at=drawn.minted_at, at=at, bad=bad)
    return replace(after, breakers=ended(after.breakers, drawn.server_class, ending))


def _followed(authority: Authority, said: ActionAftermath, at: datetime) -> Authority:
    """Only what got worse counts: that all is well was said by its own end already."""
    drawn = authority.warrant(said.warrant)
    if drawn is None or not worsened(said.before, said.after):
        return authority
    ending = Ending(
        warrant=drawn.warrant, minted_at=drawn.minted_at, at=at, bad=True, aftermath=True
    )
    return replace(authority, breakers=ended(authority.breakers, drawn.server_class, ending))


def _planned(authority: Authority, said: PlanApproved, entry: Entry) -> Authority:
    kept = {name: yes for name, yes in authority.plans.items() if yes.until > entry.at}
    before = kept[said.plan].by if said.plan in kept else ()
    by = tuple(dict.fromkeys((*before, str(entry.actor))))
    plans = {**kept, said.plan: PlanYes(by=by, until=said.until)}
    return replace(authority, plans=plans)


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
    prefix=AUTHORITY,
    state=Authority,
    initial=lambda _: Authority(),
    evolve=evolve,
    version=2,
)
