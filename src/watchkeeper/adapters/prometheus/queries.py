"""The catalogue as PromQL over the names of node_exporter and blackbox_exporter.

A query is put together from constants, checked durations and escaped label values only. Each
answers one series per instance and part; job and other labels are gathered away, so their names
do not matter. The ratios follow the node-exporter mixin.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from watchkeeper.domain.metric import CATALOGUE, Unit

RATE_WINDOW = timedelta(minutes=2)
SHORTEST_WINDOW = timedelta(seconds=10)
SCRAPES_IN_A_WINDOW = 4  # a rate needs two samples, and one or two may be missing

# Not places where data is kept, or full by nature.
PSEUDO_FILESYSTEMS = (
    "autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|erofs|fusectl|"
    "fuse[.](gvfsd-fuse|lxcfs|portal)|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|"
    "ramfs|rootfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs|udf"
)
PSEUDO_DISKS = "(loop|ram|zram|fd|sr)[0-9]+"
PSEUDO_NETWORKS = "lo|(veth|cali|cni|flannel|docker|br-|virbr|vnet|tap|ifb|dummy).*"

_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_UNITS = {metric.name: metric.unit for metric in CATALOGUE}


class SelectorWrong(ValueError):
    """A label name or window in the configuration that PromQL would not take."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """One catalogued metric as PromQL. ``part`` is the source's label for its parts; empty: none.

    Where several instances are one server the highest value counts, or the ``lowest``.
    """

    metric: str
    text: str
    part: str = ""
    lowest: bool = False

    @property
    def unit(self) -> Unit:
        """The metric's unit in the catalogue."""
        return _UNITS[self.metric]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which series are asked for: labels that all must carry, and over what a rate is taken.

    ``servers`` and ``probes`` are patterns (RE2) of their instances; empty: any.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    window: timedelta = RATE_WINDOW
    servers: str = ""
    probes: str = ""

    def __post_init__(self) -> None:
        """Raises SelectorWrong."""
        for name in self.labels:
            if not _LABEL_NAME.fullmatch(name):
                raise SelectorWrong(f"not a label name: {name!r}")
        if self.window < timedelta(seconds=1):
            raise SelectorWrong("a rate window has at least one second")

    def series(self, name: str, *matchers: str) -> str:
        """``name{matchers}`` with the scope's labels, of the scope's servers."""
        return self._matching(name, self.servers, matchers)

    def probe_series(self, name: str) -> str:
        """``name`` with the scope's labels, of the scope's probes."""
        return self._matching(name, self.probes, ())

    def everywhere(self, name: str) -> str:
        """``name`` with the scope's labels, of whatever instance."""
        return self._matching(name, "", ())

    def _matching(self, name: str, instances: str, matchers: tuple[str, ...]) -> str:
        own = (f'{label}="{escaped(text)}"' for label, text in sorted(self.labels.items()))
        near = (f'instance=~"{escaped(instances)}"',) if instances else ()
        inside = ",".join((*matchers, *near, *own))
        return f"{name}{{{inside}}}" if inside else name

    def rate(self, name: str, *matchers: str) -> str:
        """How fast a counter moves, per second, over the window."""
        seconds = int(self.window.total_seconds())
        return f"rate({self.series(name, *matchers)}[{seconds}s])"


def escaped(text: str) -> str:
    """A label value as it stands between double quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def window_for(scrape_interval: timedelta) -> timedelta:
    """A rate window that holds enough samples at such a scrape interval."""
    return max(scrape_interval * SCRAPES_IN_A_WINDOW, SHORTEST_WINDOW)


def queries(scope: Scope) -> tuple[Query, ...]:
    """Every catalogued metric that exporters carry: all but ``service_processes``."""
    return (*_states(scope), *_levels(scope), *_filesystems(scope), *_devices(scope))


def _states(scope: Scope) -> tuple[Query, ...]:
    up = scope.everywhere("up")  # who is up and unlisted is told too
    probes = scope.probe_series("probe_success")
    return (
        Query(metric="up", text=f"max by (instance) ({up})"),
        Query(metric="probe_success", text=f"min by (instance) ({probes})", lowest=True),
    )


def _levels(scope: Scope) -> tuple[Query, ...]:
    idle = scope.rate("node_cpu_seconds_total", 'mode=~"idle|iowait"')
    cores = scope.series("node_cpu_seconds_total", 'mode="idle"')
    available = scope.series("node_memory_MemAvailable_bytes")
    memory = scope.series("node_memory_MemTotal_bytes")
    swap_free = scope.series("node_memory_SwapFree_bytes")
    swap = scope.series("node_memory_SwapTotal_bytes")
    return (
        Query(
            metric="cpu_busy_ratio",
            text=f"1 - avg by (instance) (sum by (instance, job, cpu) ({idle}))",
        ),
        Query(
            metric="load_per_core",
            text=f"max by (instance) ({scope.series('node_load1')}) / on (instance) "
            f"count by (instance) (count by (instance, cpu) ({cores}))",
        ),
        Query(
            metric="memory_available_ratio",
            text=f"min by (instance) ({available} / ({memory} > 0))",
            lowest=True,
        ),
        # no swap space: no series
        Query(metric="swap_used_ratio", text=f"max by (instance) (1 - {swap_free} / ({swap} > 0))"),
    )


def _filesystems(scope: Scope) -> tuple[Query, ...]:
    real = f'fstype!~"{PSEUDO_FILESYSTEMS}"'

    def ratio(left: str, whole: str) -> str:
        part = f"{scope.series(left, real)} / ({scope.series(whole, real)} > 0)"
        readonly = f"({scope.series('node_filesystem_readonly', real)} == 1)"
        return f"min by (instance, mountpoint) ({part} unless {readonly})"

    return (
        Query(
            metric="filesystem_free_ratio",
            text=ratio("node_filesystem_avail_bytes", "node_filesystem_size_bytes"),
            part="mountpoint",
            lowest=True,
        ),
        Query(
            metric="inodes_free_ratio",
            text=ratio("node_filesystem_files_free", "node_filesystem_files"),
            part="mountpoint",
            lowest=True,
        ),
    )


def _devices(scope: Scope) -> tuple[Query, ...]:
    disk = f'device!~"{PSEUDO_DISKS}"'
    network = f'device!~"{PSEUDO_NETWORKS}"'
    busy = scope.rate("node_disk_io_time_seconds_total", disk)
    errors = " + ".join(
        scope.rate(f"node_network_{way}_{what}_total", network)
        for way in ("receive", "transmit")
        for what in ("errs", "drop")
    )
    return (
        Query(metric="disk_busy_ratio", text=f"max by (instance, device) ({busy})", part="device"),
        Query(
            metric="network_errors_per_second",
            text=f"max by (instance, device) ({errors})",
            part="device",
        ),
    )
