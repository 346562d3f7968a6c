"""Where one person's orders are written down."""

from dataclasses import dataclass

from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.entry import Actor, Body, Draft
from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.people import Account, People, Role, sole
from watchkeeper.orchestration.orders.refusal import ReasonTooLong, RoleMissing
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage

LONGEST_REASON = 2000  # characters
TRIES = 5  # of an order that somebody else's entry keeps overtaking


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who gives the orders, and everybody else who could."""

    account: Account
    people: People

    def alone(self, role: Role) -> bool:
        """Whether nobody else holds this role."""
        return self.people.alone(self.account.person, role)


def signed_in(person: str, people: People | None = None) -> SignedIn:
    """A person by name. Where nobody is named, whoever asks is the one administrator."""
    everybody = people or sole(person)
    account = everybody.account(person) or Account(name=person, person=person)
    return SignedIn(account=account, people=everybody)


class Desk:
    """Where one person's orders are written down."""

    def __init__(
        self,
        *,
        by: Actor,
        journal: Journal,
        page: KillPage,
        identifiers: Identifiers,
        who: SignedIn | None = None,
    ) -> None:
        self.by = by
        self.journal = journal
        self.page = page
        self.identifiers = identifiers
        self.who = who or signed_in(by.name)

    def require(self, role: Role) -> None:
        """Raise RoleMissing when the account does not hold the role."""
        if role not in self.who.account.roles:
            raise RoleMissing(f"{self.who.account.name} is no {role}")

    async def say(self, stream: str, body: Body, reason: Blob | None, expected: int | None) -> None:
        """Append one entry, with its free text. Raises StaleRevision."""
        draft = Draft(stream=stream, body=body, expected=expected)
        await self.write((draft,), reason)

    async def write(self, drafts: tuple[Draft, ...], reason: Blob | None) -> None:
        """Append entries together, with their free text. Raises StaleRevision."""
        await self.journal.append(self.by, drafts, (reason,) if reason else ())

    def stop(self) -> None:
        """Let the kill page say stop."""
        self.page.engage()

    def go(self) -> None:
        """Let the kill page say go."""
        self.page.release()

    def sealed(self, reason: str) -> Blob | None:
        """The reason as a text beside the journal; None when none was given."""
        if len(reason) > LONGEST_REASON:
            raise ReasonTooLong
        return sealed(reason, self.identifiers.salt()) if reason else None

    async def authority(self) -> tuple[Authority, int]:
        """What may be done now, and the revision at which that was so."""
        held = await self.journal.held(AUTHORITY)
        if held is None:
            return Authority(), 0
        state: Authority = held.state
        return state, held.revision


class Rehearsal(Desk):
    """A desk at which everything is looked up and checked, and nothing is written."""

    async def write(self, drafts: tuple[Draft, ...], reason: Blob | None) -> None:
        """Leave the journal as it is."""

    def stop(self) -> None:
        """Leave the page as it is."""

    def go(self) -> None:
        """Leave the page as it is."""


def digest_of(text: Blob | None) -> str:
    """What an entry says of a text; empty when there is none."""
    return text.digest if text else ""
