"""Everything an operator may set, in one YAML file; the environment overrides it.

``WATCHKEEPER_HTTP__LISTEN=127.0.0.1:9000`` sets ``http.listen``. A secret never stands in the file:
it is named by a file (``token_file``) or by an environment variable (``token_env``).

The line below a setting is its line in docs/reference/configuration.md.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from watchkeeper.adapters.files.field_faults import first_fault
from watchkeeper.adapters.files.yaml_text import FileRefused, parse_yaml, read_text
from watchkeeper.bootstrap.agent_settings import Incidents, Monitoring
from watchkeeper.bootstrap.estate_settings import EstateSource, PrometheusEstate
from watchkeeper.bootstrap.heartbeat_settings import Heartbeat, Notifications
from watchkeeper.bootstrap.http_settings import Http
from watchkeeper.bootstrap.people_settings import Approvals, Person
from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.section import ConfigPath, folder
from watchkeeper.bootstrap.source_settings import AlertSource, PrometheusSource, Source
from watchkeeper.bootstrap.ssh_settings import Ssh
from watchkeeper.bootstrap.windows_settings import Windows

ENVIRONMENT_PREFIX = "WATCHKEEPER_"
NOT_SETTINGS = frozenset(
    {"WATCHKEEPER_CONFIG", "WATCHKEEPER_DATA_DIR", "WATCHKEEPER_TOKEN", "WATCHKEEPER_TOKEN_FILE"}
)


class SettingsRefused(ValueError):
    """The configuration cannot be used: one line, which file, which field, what to do."""


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
    estate_sources: tuple[EstateSource, ...] = ()
    "Who else knows servers and services: CSV files, Prometheus."
    sources: tuple[Source, ...] = ()
    "Where metrics come from; none: this host itself."
    monitoring: Monitoring = Monitoring()
    incidents: Incidents = Incidents()
    runbooks: tuple[ConfigPath, ...] = ()
    "Directories with your own runbooks, beside the shipped ones."
    watch_only: bool = False
    "No runbook is in force: it finds the cause and calls a person."
    ssh: Ssh = Ssh()
    windows: Windows = Windows()
    http: Http = Http()
    alert_sources: tuple[AlertSource, ...] = ()
    "Who may post alerts and events."
    heartbeat: Heartbeat | None = None
    "Who is given a sign of life; none: nobody notices when the watch itself dies."
    notifications: Notifications | None = None
    "Where messages to people are posted; none: the log is the only one who tells."
    people: tuple[Person, ...] = ()
    "Who may give orders; none: root and the data directory's owner, as the one administrator."
    approvals: Approvals = Approvals()

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
        for kind, named in (
            ("sources", self.sources),
            ("alert_sources", self.alert_sources),
            ("people", self.people),
        ):
            for each in named:
                for field, secret in each.secrets():
                    if secret.given:
                        yield f"{kind}[{each.name}].{field}", secret
        for kind, told in (("heartbeat", self.heartbeat), ("notifications", self.notifications)):
            for field, secret in told.secrets() if told else ():
                if secret.given:
                    yield f"{kind}.{field}", secret

    def prometheus(self, name: str) -> PrometheusSource:
        """The Prometheus of that name among the sources. Raises KeyError."""
        return {s.name: s for s in self.sources if isinstance(s, PrometheusSource)}[name]

    @model_validator(mode="after")
    def _estate_sources_exist(self) -> "Settings":
        known = {source.name for source in self.sources if isinstance(source, PrometheusSource)}
        for each in self.estate_sources:
            if isinstance(each, PrometheusEstate) and each.source not in known:
                raise ValueError(
                    f"estate_sources: {each.source} is no Prometheus among sources; name one"
                )
        return self

    @model_validator(mode="after")
    def _names_once(self) -> "Settings":
        for field, named in (
            ("sources", self.sources),
            ("alert_sources", self.alert_sources),
            ("estate_sources", self.estate_sources),
            ("people", self.people),
        ):
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
    anchor = folder.set(file.resolve().parent if file else Path.cwd())
    try:
        settings = Settings(**said)
    except ValidationError as error:
        raise SettingsRefused(f"{name}: {first_fault(error)}") from None
    except SettingsError as error:
        raise SettingsRefused(f"environment: {error}; lists are given as JSON") from None
    finally:
        folder.reset(anchor)
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
