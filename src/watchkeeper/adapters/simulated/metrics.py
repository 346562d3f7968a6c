"""The metrics port on the pretend data centre."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import numpy as np

from watchkeeper.adapters.simulated.telemetry import DEVICES, Telemetry
from watchkeeper.adapters.simulated.world import Host, World
from watchkeeper.domain.metric import CATALOGUE, PROBE_SUCCESS, SERVICE_PROCESSES, UP
from watchkeeper.domain.readings import Gap, History, Readings, Series, Targets

_OF_PROBES = (PROBE_SUCCESS.name, SERVICE_PROCESSES.name)
_OF_MOUNTS = ("filesystem_free_ratio", "inodes_free_ratio")
_OF_DISKS = ("disk_busy_ratio",)
_OF_NETWORK = ("network_errors_per_second",)


class SimulatedMetrics:
    """Exporters and probes of the pretend data centre."""

    def __init__(self, world: World, name: str = "simulated") -> None:
        self._world = world
        self._name = name
        self._telemetry = Telemetry(world)

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._name

    async def read(self, targets: Targets) -> Readings:
        """The newest values; a server out of reach has ``up`` = 0 and failed probes alone."""
        at = self._world.instant()
        series = tuple(
            one
            for metric in CATALOGUE
            for one in self._series(metric.name, targets)
            if self._seen(one)
        )
        return Readings(
            source=self._name,
            at=at,
            series=series,
            values=self._telemetry.measured(series, np.array([at.timestamp()]))[:, 0],
            gaps=self._gaps(targets),
            unlisted=self._unlisted(targets),
        )

    async def history(
        self, metric: str, targets: Targets, start: datetime, end: datetime, step: timedelta
    ) -> History:
        """One metric's past by the same formula; NaN where it could not be measured, or not yet."""
        now = self._world.now()
        seconds = step.total_seconds()
        count = int((end - start).total_seconds() // seconds) + 1
        times = start.timestamp() + seconds * np.arange(max(count, 0), dtype=np.float64)
        series = tuple(self._series(metric, targets))
        values = self._telemetry.measured(series, times)
        values[:, times > now] = np.nan
        if metric not in (UP.name, PROBE_SUCCESS.name):
            for row, one in enumerate(series):
                reachable = self._world.hosts[one.server].reachable.at(times) > 0
                values[row, ~reachable] = np.nan
        return History(
            source=self._name,
            series=series,
            times=times,
            values=values,
            gaps=self._gaps(targets),
        )

    def _seen(self, series: Series) -> bool:
        """Probes and scrapers stand outside; everything else is said by the server itself."""
        from_outside = series.metric in (UP.name, PROBE_SUCCESS.name)
        return from_outside or self._world.hosts[series.server].reachable.now > 0

    def _series(self, metric: str, targets: Targets) -> Iterator[Series]:
        if metric in _OF_PROBES:
            for probe in targets.probes:
                if probe.service in self._world.processes:
                    yield Series(server=probe.server, metric=metric, part=probe.service)
            return
        for host in self._hosts(targets):
            for part in _parts(metric, host):
                yield Series(server=host.name, metric=metric, part=part)

    def _hosts(self, targets: Targets) -> Iterable[Host]:
        wanted = dict.fromkeys(targets.servers.values())
        return [self._world.hosts[name] for name in wanted if name in self._world.hosts]

    def _gaps(self, targets: Targets) -> tuple[Gap, ...]:
        """Servers that the estate lists and this data centre does not have."""
        return tuple(
            Gap(source=self._name, what=server, reason="absent")
            for server in dict.fromkeys(targets.servers.values())
            if server not in self._world.hosts
        )

    def _unlisted(self, targets: Targets) -> tuple[str, ...]:
        return tuple(
            host.pretend.server.instances[0]
            for host in self._world.hosts.values()
            if not targets.servers.keys() & set(host.pretend.server.instances)
        )


def _parts(metric: str, host: Host) -> tuple[str, ...]:
    if metric in _OF_MOUNTS:
        return tuple(host.volumes)
    if metric in _OF_DISKS:
        return tuple(volume.mount.device for volume in host.volumes.values())
    return DEVICES if metric in _OF_NETWORK else ("",)
