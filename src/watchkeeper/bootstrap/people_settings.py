"""Who may give orders, and how approvals are asked."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.section import ConfigPath, Name, Section
from watchkeeper.governance.people import Account, Role


class Person(Section):
    """A way to sign in: a user of this host at the orders' socket, or a token."""

    name: Name
    "What it is called."
    person: Name | None = None
    "Whose it is, where one person has several; they count as one. None: its own name."
    unix_user: str = ""
    "The user of this host who gives orders with it: root, or the owner of the data directory."
    token_file: ConfigPath | None = None
    "The file with its token; or token_env."
    token_env: str = ""
    "The variable with its token."
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    "What it may do; every one may look and may engage the kill switch. None includes another."
    groups: tuple[Name, ...] = ()
    "Where it belongs: groups are asked when an approval escalates, and may be delegated to."

    @property
    def token(self) -> SecretReference:
        """Where its token is, if it has one."""
        return SecretReference(file=self.token_file, variable=self.token_env)

    @property
    def account(self) -> Account:
        """As the gates and the orders know it."""
        return Account(
            name=self.name,
            person=self.person or self.name,
            roles=frozenset(self.roles),
            groups=frozenset(self.groups),
        )

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """Every secret it names, with the field's name."""
        yield "token", self.token

    @model_validator(mode="after")
    def _signs_in(self) -> "Person":
        if not self.token.given and not self.unix_user:
            raise ValueError("needs a unix_user or a token_file (or token_env) to sign in with")
        return self


class Approvals(Section):
    """Who is asked when nobody answers, and where one person's yes is not enough."""

    escalation: tuple[Name, ...] = ()
    "Groups that are asked one after the other, each as long as the first answer may take."
    four_eyes: tuple[Name, ...] = ()
    "Server classes where every yes takes two persons; what is lossy or critical always does."
