"""Where readings come from, and who may post alerts."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.section import ConfigPath, Name, Section


class HostSource(Section):
    """This host, looked at directly."""

    kind: Literal["host"]
    name: Literal["host"] = "host"
    "There is only one."

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """It needs none."""
        return iter(())


class PrometheusSource(Section):
    """A Prometheus, or whatever answers its query API."""

    kind: Literal["prometheus"]
    name: Name = "prometheus"
    "What incidents and metrics call it."
    url: str
    "Where it answers, with the path that a proxy puts in front; never with a user in it."
    bearer_token_file: ConfigPath | None = None
    "The file with its token; or bearer_token_env."
    bearer_token_env: str = ""
    "The variable with its token."
    username: str = ""
    "For basic authentication, with password_file or password_env."
    password_file: ConfigPath | None = None
    "The file with the user's password."
    password_env: str = ""
    "The variable with the user's password."
    incidents_token_file: ConfigPath | None = None
    "The file with the token that incidents bring in its place; or incidents_token_env."
    incidents_token_env: str = ""
    "The variable with that token."
    ca_file: ConfigPath | None = None
    "The authorities (PEM) that its certificate is checked against; none: this machine's."

    @property
    def incidents_token(self) -> SecretReference:
        """Where the token of the incidents is, if they have one of their own."""
        return SecretReference(file=self.incidents_token_file, variable=self.incidents_token_env)

    @property
    def bearer_token(self) -> SecretReference:
        """Where its bearer token is, if it has one."""
        return SecretReference(file=self.bearer_token_file, variable=self.bearer_token_env)

    @property
    def password(self) -> SecretReference:
        """Where the password of its user is, if it has one."""
        return SecretReference(file=self.password_file, variable=self.password_env)

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """Every secret it names, with the field's name."""
        yield "bearer_token", self.bearer_token
        yield "password", self.password
        yield "incidents_token", self.incidents_token

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s?#]*)?", url):
            raise ValueError("must be like http://127.0.0.1:9090, without a user and a query")
        return url

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> "PrometheusSource":
        if self.password.given != bool(self.username):
            raise ValueError("username and password_file (or password_env) go together; give both")
        if self.bearer_token.given and self.username:
            raise ValueError("give a bearer token or a username with password, not both")
        return self


Source = Annotated[HostSource | PrometheusSource, Field(discriminator="kind")]


class AlertSource(Section):
    """An alerting system that may post webhooks, its proof, and for whom it may speak."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Name
    "Stands before the rules of its alerts, and in the journal as who said it."
    token_file: ConfigPath | None = None
    "The file with the bearer token that it brings; or token_env."
    token_env: str = ""
    "The variable with that token."
    hmac_secret_file: ConfigPath | None = None
    "The file with the key that it signs with; or hmac_secret_env. Given both, it brings both."
    hmac_secret_env: str = ""
    "The variable with that key."
    targets: tuple[str, ...] = ()
    "The servers that it may speak for; or class."
    server_class: str = Field(default="", alias="class")
    "The class of the servers that it may speak for."

    @property
    def token(self) -> SecretReference:
        """Where its bearer token is, if it has one."""
        return SecretReference(file=self.token_file, variable=self.token_env)

    @property
    def hmac_secret(self) -> SecretReference:
        """Where the key of its signatures is, if it signs."""
        return SecretReference(file=self.hmac_secret_file, variable=self.hmac_secret_env)

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """Every secret it names, with the field's name."""
        yield "token", self.token
        yield "hmac_secret", self.hmac_secret

    @model_validator(mode="after")
    def _proves_itself(self) -> "AlertSource":
        if not self.token.given and not self.hmac_secret.given:
            raise ValueError(
                "needs a token_file or an hmac_secret_file (or …_env): nobody posts unproven"
            )
        if bool(self.targets) == bool(self.server_class):
            raise ValueError(
                "name its servers with targets, or their class with class; one of the two"
            )
        return self
