"""What can go wrong in the pretend data centre."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Death(StrEnum):
    """How a service's processes die."""

    GROUP = "group"  # all of them, the main one left as a zombie
    MAIN = "main"  # the main one; its workers keep answering and hold the port
    MAIN_DEAF = "main_deaf"  # the main one; its workers hold the port and answer nothing


class StartFailure(StrEnum):
    """What happens when the service is started."""

    NONE = "none"
    REFUSES = "refuses"  # the start itself fails
    DIES_AT_ONCE = "dies_at_once"  # the start succeeds and the service is gone a second later


class Culprit(StrEnum):
    """What fills a disk."""

    LOGS = "logs"  # log files that may be rotated away
    SYSTEM_JOURNAL = "system_journal"
    DATA = "data"  # nothing that any runbook may touch


@dataclass(frozen=True, kw_only=True)
class ServiceDies:
    """A service's processes are killed."""

    service: str
    death: Death = Death.GROUP


@dataclass(frozen=True, kw_only=True)
class StartFails:
    """From now on starting this service goes wrong (or right again)."""

    service: str
    failure: StartFailure = StartFailure.REFUSES


@dataclass(frozen=True, kw_only=True)
class DiskFills:
    """Something writes more than it should, for a while."""

    server: str
    mount: str
    culprit: Culprit
    ratio_per_hour: float  # of the whole file system
    lasts: timedelta = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class MemoryLeaks:
    """A service holds on to memory until it is started again or the kernel kills it."""

    service: str
    ratio_per_hour: float  # of the server's memory


@dataclass(frozen=True, kw_only=True)
class MetricTurnsNoisy:
    """One metric of a server jumps about though nothing is wrong."""

    server: str
    metric: str
    spread: float  # in the metric's own unit
    lasts: timedelta


@dataclass(frozen=True, kw_only=True)
class ServerVanishes:
    """A server cannot be reached for a while; what runs on it goes on."""

    server: str
    lasts: timedelta


@dataclass(frozen=True, kw_only=True)
class WrapperDies:
    """Whatever carries out jobs on a server is killed: nobody can say what became of them."""

    server: str


Fault = (
    ServiceDies
    | StartFails
    | DiskFills
    | MemoryLeaks
    | MetricTurnsNoisy
    | ServerVanishes
    | WrapperDies
)
