"""Everything an operator may set, in one YAML file; the environment overrides it.

``WATCHKEEPER_HTTP__LISTEN=127.0.0.1:9000`` sets ``http.listen``. A secret never stands in the file:
it is named by a file (``token_file``) or by an environment variable (``token_env``).

The line below a setting is its line in docs/reference/configuration.md.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextvars import ContextVar
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from watchkeeper.adapters.files.field_faults import first_fault
from watchkeeper.adapters.files.yaml_text import FileRefused, parse_yaml, read_text
from watchkeeper.bootstrap.secret_reference import SecretReference

ENVIRONMENT_PREFIX = "WATCHKEEPER_"
NOT_SETTINGS = frozenset({"WATCHKEEPER_CONFIG", "WATCHKEEPER_DATA_DIR"})

_folder: ContextVar[Path] = ContextVar("the folder that relative paths start from")


def _anchored(path: Path) -> Path:
    return _folder.get(Path.cwd()) / path.expanduser()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


ConfigPath = Annotated[Path, AfterValidator(_anchored)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Seconds = Annotated[float, Field(gt=0, le=30 * 86_400, allow_inf_nan=False)]


class SettingsRefused(ValueError):
    """The configuration cannot be used: one line, which file, which field, what to do."""


class _Section(BaseModel):
    """A part of the file: frozen, and a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HostSource(_Section):
    """This host, looked at directly."""

    kind: Literal["host"]
    name: Literal["host"] = "host"
    "There is only one."

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """It needs none."""
        return iter(())


class PrometheusSource(_Section):
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
    ca_file: ConfigPath | None = None
    "The authorities (PEM) that its certificate is checked against; none: this machine's."

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


class Monitoring(_Section):
    """How often it looks, and what counts as wrong before baselines exist."""

    cycle_seconds: Seconds = 60
    "How often it looks."
    intensified_seconds: Seconds = 10
    "How often it will look at a server that is being patched; nothing is patched yet."
    quiet_cycles: Annotated[int, Field(ge=1, le=1000)] = 3
    "For how many cycles nothing may be wrong before an alert is over."
    thresholds: ConfigPath | None = None
    "A file of limits in place of the shipped one."


class Incidents(_Section):
    """How long a fix has to hold, and how long a person has to answer."""

    verification_seconds: Seconds = 300
    "How long a fix has to hold before the incident is closed."
    approval_seconds: Seconds = 3600
    "How long a person has to answer; then the incident is handed over."


class Http(_Section):
    """Where the console and the API listen. Loopback only: there is no sign-in yet."""

    listen: str = "127.0.0.1:8600"
    "Address and port; loopback only. Port 0 takes a free one."

    @property
    def host(self) -> str:
        """The address without its port, and without brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port; 0 takes a free one."""
        return int(self.listen.rpartition(":")[2])

    @model_validator(mode="after")
    def _loopback(self) -> "Http":
        host, _, port = self.listen.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
            raise ValueError('listen must be an address and a port, such as "127.0.0.1:8600"')
        if not _is_loopback(host.strip("[]")):
            raise ValueError(
                "listen may only be a loopback address: there is no sign-in yet, so a public one "
                'is refused; use "127.0.0.1:8600" behind a proxy that signs people in'
            )
        return self


class AlertSource(_Section):
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


class Settings(BaseSettings):
    """The whole configuration. Paths are absolute, whatever the file says."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
    )

    estate: ConfigPath | None = None
    "The file of servers and services; none: this host as it is found."
    sources: tuple[Source, ...] = ()
    "Where metrics come from; none: this host itself."
    monitoring: Monitoring = Monitoring()
    incidents: Incidents = Incidents()
    runbooks: tuple[ConfigPath, ...] = ()
    "Directories with your own runbooks, beside the shipped ones."
    watch_only: bool = False
    "No runbook is in force: it finds the cause and calls a person."
    http: Http = Http()
    alert_sources: tuple[AlertSource, ...] = ()
    "Who may post alerts and events."

    _file: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path | None:
        """The file it came from; None: no configuration at all."""
        return self._file

    @property
    def digest(self) -> str:
        """SHA-256 over everything that is set; secrets are only named in it, never read."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """Every secret that it names, each with the field that names it."""
        for kind, named in (("sources", self.sources), ("alert_sources", self.alert_sources)):
            for each in named:
                for field, secret in each.secrets():
                    if secret.given:
                        yield f"{kind}[{each.name}].{field}", secret

    @model_validator(mode="after")
    def _names_once(self) -> "Settings":
        for field, named in (("sources", self.sources), ("alert_sources", self.alert_sources)):
            names = [each.name for each in named]
            if len(names) != len(set(names)):
                raise ValueError(f"{field}: two of them have the same name; names must differ")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file; nothing else is looked at."""
        del settings_cls, dotenv_settings, file_secret_settings
        return (env_settings, init_settings)


def load_settings(file: Path | None) -> Settings:
    """A file's settings, or the defaults; the environment overrides. Raises SettingsRefused."""
    said = _mapping(file) if file else {}
    name = str(file) if file else "environment"
    anchor = _folder.set(file.resolve().parent if file else Path.cwd())
    try:
        settings = Settings(**said)
    except ValidationError as error:
        raise SettingsRefused(f"{name}: {first_fault(error)}") from None
    except SettingsError as error:
        raise SettingsRefused(f"environment: {error}; lists are given as JSON") from None
    finally:
        _folder.reset(anchor)
    settings._file = file.resolve() if file else None
    return settings


def default_config() -> Path | None:
    """The configuration that is used when none is named: the first that exists."""
    named = os.environ.get("WATCHKEEPER_CONFIG")
    if named:
        return Path(named)
    usual = config_folder() / "watchkeeper.yaml"
    return usual if usual.exists() else None


def config_folder() -> Path:
    """Where a configuration belongs: ``/etc/watchkeeper`` (root) or ``~/.config/watchkeeper``."""
    if os.geteuid() == 0:
        return Path("/etc/watchkeeper")
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "watchkeeper"


def secret_value(reference: SecretReference, field: str) -> SecretStr:
    """The secret itself. Raises SettingsRefused, which names the field and never the value."""
    try:
        return reference.read()
    except FileRefused as error:
        raise SettingsRefused(f"{field}: {error}") from None


def _mapping(file: Path) -> dict[str, Any]:
    try:
        said = parse_yaml(read_text(file), str(file))
    except FileRefused as error:
        raise SettingsRefused(str(error)) from None
    if said is None:
        return {}
    if not isinstance(said, dict) or not all(isinstance(key, str) for key in said):
        raise SettingsRefused(f"{file}: must be a mapping of settings, such as `http: {{…}}`")
    return said
