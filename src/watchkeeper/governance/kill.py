"""The kill switch as the authority stream tells it: scopes, epochs, and how long each held.

Several scopes can be engaged at once. Every engagement begins a new epoch, and voids whatever was
minted before it within its scope; a release brings nothing back.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from watchkeeper.domain.entry import Entry
from watchkeeper.domain.events.authority import KillEngaged, KillReleased
from watchkeeper.domain.kill_scope import EVERYTHING, Pillar, UnknownScope, kill_scope

SPANS_REMEMBERED = timedelta(days=31)  # longer than any approval waits


class Acting(Protocol):
    """What may be stopped: an action, or a warrant that was drawn for one."""

    @property
    def runbook(self) -> str:
        """Which runbook acts."""

    @property
    def server_class(self) -> str:
        """On which class."""

    @property
    def incident(self) -> str:
        """For which incident; empty: for a rollout."""


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """A scope that is engaged, since when, and by everybody who said so."""

    scope: str
    at: datetime
    by: tuple[str, ...]  # first the one who began it


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time in which a scope was engaged."""

    scope: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class KillSwitch:
    """Where it stands, and what it voids."""

    epoch: int = 0
    engaged: tuple[Engagement, ...] = ()  # oldest first
    voided: dict[str, int] = field(default_factory=dict)  # scope → what is older is void
    spans: tuple[Span, ...] = ()  # of engagements that are over

    def holding(self, acting: Acting) -> Engagement | None:
        """The engagement that stops this now; the widest first."""
        found = [e for e in self.engaged if reaches(e.scope, acting)]
        return min(found, key=lambda e: (e.scope != str(EVERYTHING), e.at), default=None)

    def voids(self, acting: Acting, epoch: int) -> bool:
        """Whether a warrant of that epoch has been voided since."""
        return any(since > epoch and reaches(s, acting) for s, since in self.voided.items())

    def of(self, scope: str) -> Engagement | None:
        """The engagement of exactly this scope."""
        return next((e for e in self.engaged if e.scope == scope), None)

    def stood_still(self, acting: Acting, since: datetime, now: datetime) -> timedelta:
        """How long of that time anything that covers this was engaged; overlaps count once."""
        spans = [(s.start, s.end) for s in self.spans if reaches(s.scope, acting)]
        spans += [(e.at, now) for e in self.engaged if reaches(e.scope, acting)]
        still, reached = timedelta(0), since
        for start, end in sorted(spans):
            start, end = max(start, reached), min(end, now)
            if end > start:
                still, reached = still + (end - start), end
        return still


def pillar_of(acting: Acting) -> Pillar:
    """Which pillar wants this."""
    return Pillar.INCIDENTS if acting.incident else Pillar.PATCHING


def reaches(scope: str, acting: Acting) -> bool:
    """Whether a scope covers this. One that nobody can read covers everything."""
    try:
        known = kill_scope(scope)
    except UnknownScope:
        known = EVERYTHING
    return known.covers(
        runbook=acting.runbook, server_class=acting.server_class, pillar=pillar_of(acting)
    )


def engaged(switch: KillSwitch, said: KillEngaged, entry: Entry) -> KillSwitch:
    """One more engagement: of its scope, or of somebody who joins in."""
    epoch, who = switch.epoch + 1, str(entry.actor)
    before = switch.of(said.scope)
    by = (*before.by, who) if before and who not in before.by else before.by if before else (who,)
    now = Engagement(scope=said.scope, at=before.at if before else entry.at, by=by)
    others = tuple(e for e in switch.engaged if e.scope != said.scope)
    return replace(
        switch,
        epoch=epoch,
        engaged=tuple(sorted((*others, now), key=lambda e: e.at)),
        voided={**switch.voided, said.scope: epoch},
    )


def released(switch: KillSwitch, said: KillReleased, entry: Entry) -> KillSwitch:
    """Let go. Where only the kill page had said stop, what was minted before is void from here."""
    before = switch.of(said.scope)
    if before is None:
        return _page_released(switch) if said.scope == str(EVERYTHING) else switch
    kept = tuple(s for s in switch.spans if entry.at - s.end < SPANS_REMEMBERED)
    span = Span(scope=said.scope, start=before.at, end=entry.at)
    others = tuple(e for e in switch.engaged if e.scope != said.scope)
    return replace(switch, engaged=others, spans=(*kept, span))


def _page_released(switch: KillSwitch) -> KillSwitch:
    epoch = switch.epoch + 1
    return replace(switch, epoch=epoch, voided={**switch.voided, str(EVERYTHING): epoch})
