"""Processor, memory, disks and networks of this host: levels at once, rates from two readings."""

import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from watchkeeper.adapters.host.filesystems import mounts, spaces
from watchkeeper.ports.inspector import FilesystemState

PSEUDO_DISKS = re.compile("(loop|ram|zram|fd|sr)[0-9]+")
PSEUDO_NETWORKS = re.compile("lo|(veth|cali|cni|flannel|docker|br-|virbr|vnet|tap|ifb|dummy).*")
SHORTEST_SECONDS = 0.2  # nearer readings make no rate: the processor's counter ticks at 10 ms
RATES = ("cpu_busy_ratio", "disk_busy_ratio", "network_errors_per_second")

Row = tuple[str, str, float]  # metric, part, value


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One look at the host. Seconds are of the monotonic clock; counters count since boot."""

    seconds: float
    busy_seconds: float  # all processors together
    total_seconds: float
    load: float  # 1-minute average
    cores: int
    memory_available_ratio: float
    swap_used_ratio: float | None  # None: there is no swap space
    disk_busy_seconds: Mapping[str, float]  # by device
    network_errors: Mapping[str, int]  # errors and drops both ways, by device
    filesystems: tuple[FilesystemState, ...]


def measured() -> Measurement:
    """Look at everything once. It reads files and may wait for a disk: for the crew."""
    times = psutil.cpu_times()
    total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    return Measurement(
        seconds=time.monotonic(),
        busy_seconds=total - times.idle - getattr(times, "iowait", 0.0),
        total_seconds=total,
        load=os.getloadavg()[0],
        cores=psutil.cpu_count() or 1,
        memory_available_ratio=memory.available / memory.total,
        swap_used_ratio=swap.used / swap.total if swap.total else None,
        disk_busy_seconds=_disks(),
        network_errors=_networks(),
        filesystems=spaces(mounts()),
    )


def levels(now: Measurement) -> Iterator[Row]:
    """What one look tells."""
    yield "load_per_core", "", now.load / now.cores
    yield "memory_available_ratio", "", now.memory_available_ratio
    if now.swap_used_ratio is not None:
        yield "swap_used_ratio", "", now.swap_used_ratio
    for filesystem in now.filesystems:
        yield "filesystem_free_ratio", filesystem.mount, filesystem.free_ratio
        yield "inodes_free_ratio", filesystem.mount, filesystem.inodes_free_ratio


def rates(before: Measurement, now: Measurement) -> Iterator[Row]:
    """What two looks tell. A counter that went back, or is new, has no rate."""
    passed = now.seconds - before.seconds
    total = now.total_seconds - before.total_seconds
    busy = now.busy_seconds - before.busy_seconds
    if total > 0 and busy >= 0:
        yield "cpu_busy_ratio", "", min(busy / total, 1.0)
    for device, moved in _moved(before.disk_busy_seconds, now.disk_busy_seconds):
        yield "disk_busy_ratio", device, min(moved / passed, 1.0)
    for device, moved in _moved(before.network_errors, now.network_errors):
        yield "network_errors_per_second", device, moved / passed


class Speed:
    """Rates between the looks it is shown."""

    def __init__(self) -> None:
        self._before: Measurement | None = None
        self._rates: tuple[Row, ...] | None = None

    def since(self, now: Measurement) -> tuple[Row, ...] | None:
        """The rates since the look before; None at the first look.

        A look that follows too soon gets the rates before it once more.
        """
        if self._before is None:
            self._before = now
        elif now.seconds - self._before.seconds >= SHORTEST_SECONDS:
            self._rates = tuple(rates(self._before, now))
            self._before = now
        return self._rates


def _moved(before: Mapping[str, float], now: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for device, count in sorted(now.items()):
        if device in before and count >= before[device]:
            yield device, count - before[device]


def _disks() -> dict[str, float]:
    found = psutil.disk_io_counters(perdisk=True) or {}
    return {
        device: counters.busy_time / 1000
        for device, counters in found.items()
        if not PSEUDO_DISKS.fullmatch(device) and _is_whole(device)
    }


def _is_whole(device: str) -> bool:
    """A disk, not a partition of one."""
    return Path("/sys/block", device.replace("/", "!")).exists()


def _networks() -> dict[str, int]:
    return {
        device: counters.errin + counters.errout + counters.dropin + counters.dropout
        for device, counters in psutil.net_io_counters(pernic=True).items()
        if not PSEUDO_NETWORKS.fullmatch(device)
    }
