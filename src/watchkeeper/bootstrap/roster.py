"""Everybody who may give orders here, and by what they are known."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from watchkeeper.bootstrap.settings import Settings, SettingsRefused, secret_value
from watchkeeper.governance.people import Account, People, Role

ROOT = "root"


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Accounts by user of this host and by token. Of a token only its digest is kept."""

    people: People
    users: Mapping[str, Account] = field(default_factory=dict)
    tokens: tuple[tuple[bytes, Account], ...] = ()

    def of_user(self, user: str) -> Account | None:
        """The account of a user whom the kernel named."""
        return self.users.get(user)

    def of_token(self, token: bytes) -> Account | None:
        """The account of a token; every one is compared, in constant time."""
        digest = hashlib.sha256(token).digest()
        found: Account | None = None
        for known, account in self.tokens:
            found = account if hmac.compare_digest(known, digest) else found
        return found if token else None


def roster_of(settings: Settings, owner: str) -> Roster:
    """The people of the settings. Raises SettingsRefused where a token cannot be read.

    With none named, root and the owner of the data directory are the single administrator.
    """
    if not settings.people:
        return _single(owner)
    tokens: list[tuple[bytes, Account]] = []
    for each in settings.people:
        if each.token.given:
            secret = secret_value(each.token, f"people[{each.name}].token").get_secret_value()
            tokens.append((hashlib.sha256(secret.encode()).digest(), each.account))
    if len({digest for digest, _ in tokens}) != len(tokens):
        raise SettingsRefused("people: two of them have the same token; give each their own")
    return Roster(
        people=People(accounts=tuple(each.account for each in settings.people)),
        users={each.unix_user: each.account for each in settings.people if each.unix_user},
        tokens=tuple(tokens),
    )


def _single(owner: str) -> Roster:
    """One person under two names."""
    accounts = {
        name: Account(name=name, person=owner, roles=frozenset(Role))
        for name in dict.fromkeys((owner, ROOT))
    }
    return Roster(people=People(accounts=tuple(accounts.values())), users=accounts)
