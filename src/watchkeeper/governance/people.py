"""Who may give orders: accounts, the persons behind them, their roles and groups."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may do. None includes another; every account may look and may stop."""

    VIEWER = "viewer"  # looks
    OPERATOR = "operator"  # runs the watch: reloads, holds, drills, opens a breaker
    APPROVER = "approver"  # answers actions that ask
    ADMINISTRATOR = "administrator"  # grants levels, releases the kill switch, closes a breaker


@dataclass(frozen=True, kw_only=True)
class Account:
    """One way to sign in. Two accounts of one person are one person in every count."""

    name: str
    person: str
    roles: frozenset[Role] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class People:
    """Everybody who may sign in."""

    accounts: tuple[Account, ...] = ()

    def holding(self, role: Role) -> frozenset[str]:
        """The persons with a role in one of their accounts."""
        return frozenset(each.person for each in self.accounts if role in each.roles)

    def alone(self, person: str, role: Role) -> bool:
        """Whether nobody else holds a role: then a second pair of eyes cannot be had."""
        return not self.holding(role) - {person}

    def knows(self, person: str) -> bool:
        """Whether this person has an account."""
        return any(each.person == person for each in self.accounts)

    def members(self, group: str) -> frozenset[str]:
        """The persons of a group."""
        return frozenset(each.person for each in self.accounts if group in each.groups)

    def groups_of(self, person: str) -> frozenset[str]:
        """Every group of a person."""
        mine = (each.groups for each in self.accounts if each.person == person)
        return frozenset(group for groups in mine for group in groups)

    def account(self, name: str) -> Account | None:
        """The account of this name."""
        return next((each for each in self.accounts if each.name == name), None)


def sole(*persons: str) -> People:
    """Persons with every role: the one administrator where the settings name nobody."""
    return People(
        accounts=tuple(Account(name=name, person=name, roles=frozenset(Role)) for name in persons)
    )
