"""A question to persons, as it stands: who was asked, who said yes, who may not, until when."""

from dataclasses import dataclass, replace
from datetime import datetime

from watchkeeper.domain.entry import ActorKind, Entry
from watchkeeper.domain.events.actions import ApprovalGranted, ApprovalRequested
from watchkeeper.governance.limits import ALONE_WAITS


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The open question of an action."""

    asked_at: datetime | None = None
    expires_at: datetime | None = None
    counted_from: datetime | None = None  # up to here the time that stood still is counted
    needed: int = 1
    barred: tuple[str, ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    single_person: bool = False
    plan: str = ""
    yes: tuple[str, ...] = ()  # "person:alice", different persons
    given_away: tuple[str, ...] = ()  # persons who handed their answer on
    delegates: tuple[str, ...] = ()  # persons who may answer for somebody else
    link: int = 0  # how far along the escalation chain
    group: str = ""  # of that link

    @property
    def enough(self) -> bool:
        """Whether everybody that it needs has said yes."""
        return len(self.yes) >= self.needed

    def asked(self, said: ApprovalRequested, at: datetime) -> "Asking":
        """It is asked, or asked again: yes begins anew, who may answer stays."""
        return replace(
            self,
            asked_at=at,
            expires_at=said.expires_at,
            counted_from=at,
            needed=said.needed,
            barred=said.barred,
            shown=said.shown,
            single_person=said.single_person,
            plan=said.plan,
            yes=(),
        )

    def in_time(self, entry: Entry) -> bool:
        """Whether a person says this before the time to answer is over."""
        early = self.expires_at is None or entry.at < self.expires_at
        return early and entry.actor.kind is ActorKind.PERSON

    def may(self, person: str) -> bool:
        """Whether it may be this person's answer."""
        return person not in self.barred and person not in self.given_away

    def agreed(self, said: ApprovalGranted, entry: Entry) -> "Asking":
        """One more yes; the same person twice is one. Alone: with a reason, after a while."""
        if self.single_person and not (said.reason and self.rested(entry.at)):
            return self
        return replace(self, yes=tuple(dict.fromkeys((*self.yes, str(entry.actor)))))

    def rested(self, now: datetime) -> bool:
        """Whether the only person has had time to think again."""
        return self.asked_at is not None and now >= self.asked_at + ALONE_WAITS

    def delegated(self, person: str, members: tuple[str, ...]) -> "Asking":
        """A person hands their answer on. A yes that they gave already goes with it."""
        others = tuple(name for name in members if name != person)
        return replace(
            self,
            yes=tuple(name for name in self.yes if name != f"{ActorKind.PERSON}:{person}"),
            given_away=(*self.given_away, person),
            delegates=tuple(dict.fromkeys((*self.delegates, *others))),
        )

    def longer(self, until: datetime, at: datetime, group: str) -> "Asking":
        """More time: the clock stood still, or the next group of the chain is asked."""
        link = self.link + 1 if group else self.link
        group = group or self.group
        return replace(self, expires_at=until, counted_from=at, link=link, group=group)

    def carried(self, by: tuple[str, ...]) -> "Asking":
        """A yes to the whole run counts here."""
        return replace(self, yes=by, needed=max(1, len(by)))

    def voided(self) -> "Asking":
        """What was said yes to is not so any more."""
        return replace(self, yes=())
