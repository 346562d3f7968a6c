"""The catalogue of metrics every source is asked for.

By one name whatever the source calls them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a metric's numbers are."""

    RATIO = "ratio"  # 0–1
    PER_SECOND = "per_second"
    COUNT = "count"
    STATE = "state"  # 1 good, 0 bad


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric: its name, its unit and the label that tells its parts apart."""

    name: str
    unit: Unit
    part: str | None = None  # mount, device, service; None: one series a server
    meaning: str


UP = Metric(name="up", unit=Unit.STATE, meaning="the server's exporter answers")
PROBE_SUCCESS = Metric(
    name="probe_success", unit=Unit.STATE, part="service", meaning="the service answers its probe"
)
SERVICE_PROCESSES = Metric(
    name="service_processes",
    unit=Unit.COUNT,
    part="service",
    meaning="living processes of a service, none once its main process is dead",
)
FILESYSTEM_FREE = Metric(
    name="filesystem_free_ratio",
    unit=Unit.RATIO,
    part="mount",
    meaning="space that an ordinary user may still write",
)
INODES_FREE = Metric(
    name="inodes_free_ratio", unit=Unit.RATIO, part="mount", meaning="file entries left"
)

CATALOGUE: tuple[Metric, ...] = (
    UP,
    PROBE_SUCCESS,
    SERVICE_PROCESSES,
    Metric(name="cpu_busy_ratio", unit=Unit.RATIO, meaning="processor time not idle, all cores"),
    Metric(name="load_per_core", unit=Unit.COUNT, meaning="1-minute load average per core"),
    Metric(name="memory_available_ratio", unit=Unit.RATIO, meaning="memory free for programs"),
    Metric(name="swap_used_ratio", unit=Unit.RATIO, meaning="swap space in use"),
    FILESYSTEM_FREE,
    INODES_FREE,
    Metric(
        name="disk_busy_ratio",
        unit=Unit.RATIO,
        part="device",
        meaning="share of time the device had work",
    ),
    Metric(
        name="network_errors_per_second",
        unit=Unit.PER_SECOND,
        part="device",
        meaning="receive and transmit errors and drops",
    ),
)
