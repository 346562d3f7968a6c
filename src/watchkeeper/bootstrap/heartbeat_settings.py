"""Who notices when nobody keeps watch any more, and who is told when a person has to know."""

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, field_validator, model_validator

from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.section import ConfigPath, Seconds, Section

_URL = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")


class Destination(Section):
    """A URL that may itself be a secret, and the token that it wants."""

    url: str = ""
    "Where it answers, without a user and a query; or url_file, where the URL is itself a secret."
    url_file: ConfigPath | None = None
    "The file with the URL; or url_env."
    url_env: str = ""
    "The variable with the URL."
    bearer_token_file: ConfigPath | None = None
    "The file with its token; or bearer_token_env."
    bearer_token_env: str = ""
    "The variable with its token."
    ca_file: ConfigPath | None = None
    "The authorities (PEM) that its certificate is checked against; none: this machine's."

    @property
    def secret_url(self) -> SecretReference:
        """Where the URL is, if it does not stand in the file."""
        return SecretReference(file=self.url_file, variable=self.url_env)

    @property
    def bearer_token(self) -> SecretReference:
        """Where its token is, if it has one."""
        return SecretReference(file=self.bearer_token_file, variable=self.bearer_token_env)

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """Every secret it names, with the field's name."""
        yield "url", self.secret_url
        yield "bearer_token", self.bearer_token

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and not _URL.fullmatch(url):
            raise ValueError("must be like https://pages.example/hook, without a user and a query")
        return url

    @model_validator(mode="after")
    def _one_place(self) -> "Destination":
        if bool(self.url) == self.secret_url.given:
            raise ValueError("give its url, or url_file (or url_env); one of the two")
        return self


class Heartbeat(Destination):
    """A sign of life, given only while the watch is kept; who waits for it pages when it stops."""

    kind: Literal["url", "alertmanager"] = "url"
    "A URL that is pinged (healthchecks and its like), or an Alertmanager with a Watchdog alert."
    method: Literal["GET", "POST"] = "GET"
    "How the URL is pinged."
    every_seconds: Seconds = 60
    "How often."
    installation: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,64}$")
    "The alert's label, where one Alertmanager hears several installations."


class Notifications(Destination):
    """Where messages to people are posted, one JSON object each; also they stand in the log."""
