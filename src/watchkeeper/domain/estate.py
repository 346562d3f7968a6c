"""The estate: servers and services as configuration items."""

from dataclasses import dataclass
from enum import StrEnum

ITEM_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"  # of servers, services and classes
UNCLASSIFIED = "unclassified"  # a server class nobody gave: never autonomous


class Role(StrEnum):
    """What a server or service is to Watchkeeper and to the people who would repair everything.

    What has a role is never acted on alone.
    """

    NONE = ""
    WATCHKEEPER = "watchkeeper"
    METRICS = "metrics"
    LOGS = "logs"
    BASTION = "bastion"
    AWX = "awx"
    IDENTITY = "identity"
    ITSM = "itsm"


class Exposure(StrEnum):
    """Who can reach a server."""

    INTERNET = "internet"
    INTERNAL = "internal"


class Criticality(StrEnum):
    """How much an outage costs. Unrated is not low: nobody said."""

    UNRATED = "unrated"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server: its class decides what may be done to it."""

    name: str
    server_class: str = UNCLASSIFIED
    exposure: Exposure = Exposure.INTERNAL
    criticality: Criticality = Criticality.UNRATED
    owner: str = ""
    instances: tuple[str, ...] = ()  # what metric sources call it
    address: str = ""  # empty or "local": this host
    role: Role = Role.NONE
    port: int = 22  # of its ssh
    user: str = ""  # who acts there through ssh: never root; empty: nobody
    host_keys: tuple[str, ...] = ()  # "ssh-ed25519 AAAA…": it is known by these and no others
    python: str = "/usr/bin/python3"  # runs ansible's modules there
    protected: bool = False  # never autonomous


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service on one server.

    ``unit`` is what the init system calls it; ``process`` the executable's name; ``probe`` an
    ``http(s)://`` or ``tcp://host:port`` address.
    """

    name: str
    server: str
    unit: str = ""
    process: str = ""
    pid_file: str = ""
    probe: str = ""
    logs: tuple[str, ...] = ()
    rotate: tuple[str, ...] = ()  # log files that may be rotated away when a disk fills
    depends_on: tuple[str, ...] = ()
    owner: str = ""
    criticality: Criticality = Criticality.UNRATED  # unrated: its server's
    replicas_of: str = ""  # redundancy group; empty: the only one
    role: Role = Role.NONE
    protected: bool = False  # never autonomous, as its whole server may be


@dataclass(frozen=True, kw_only=True)
class Estate:
    """All configuration items, by name.

    ``single_host``: acting on Watchkeeper's own host is allowed.
    """

    servers: tuple[Server, ...] = ()
    services: tuple[Service, ...] = ()
    single_host: bool = False
