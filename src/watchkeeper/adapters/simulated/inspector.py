"""The inspector port on the pretend data centre."""

import numpy as np

from watchkeeper.adapters.simulated.noise import key_of
from watchkeeper.adapters.simulated.processes import Processes
from watchkeeper.adapters.simulated.telemetry import Telemetry
from watchkeeper.adapters.simulated.world import World
from watchkeeper.domain.estate import Service
from watchkeeper.domain.readings import Series
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.inspector import FilesystemState, Presence, ServiceState

NAME = "inspector"
PROBE_TIMEOUT_SECONDS = 5.0


class SimulatedInspector:
    """Looks at the pretend services directly."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._telemetry = Telemetry(world)

    async def service(self, service: Service) -> ServiceState:
        """The service as it is now. Raises SourceUnavailable when its server is out of reach."""
        self._reach(service.server)
        processes = self._world.processes.get(service.name)
        if processes is None:
            raise SourceUnavailable(NAME, "absent", f"no service {service.name}")
        reason = self._world.probe_reason(service.name)
        return ServiceState(
            answers=reason == "200" if service.probe else None,
            probe_reason=reason if service.probe else "",
            probe_seconds=self._seconds(processes, reason) if service.probe else None,
            alive=processes.alive if service.process else None,
            zombies=int(processes.zombies.now),
            main_alive=processes.main.now > 0 if service.pid_file else None,
        )

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        """The file system as it is now. Raises SourceUnavailable."""
        self._reach(server)
        if mount not in self._world.hosts[server].volumes:
            raise SourceUnavailable(NAME, "absent", f"no file system {mount} on {server}")
        series = tuple(
            Series(server=server, metric=metric, part=mount)
            for metric in ("filesystem_free_ratio", "inodes_free_ratio")
        )
        free, inodes = self._telemetry.measured(series, np.array([self._world.now()]))[:, 0]
        return FilesystemState(mount=mount, free_ratio=float(free), inodes_free_ratio=float(inodes))

    async def presence(self, server: str) -> Presence:
        """Nobody works in a pretend data centre."""
        self._reach(server)
        return Presence()

    def _reach(self, server: str) -> None:
        self._world.now()
        host = self._world.hosts.get(server)
        if host is None:
            raise SourceUnavailable(NAME, "absent", f"no server {server}")
        if not host.reachable.now:
            raise SourceUnavailable(NAME, "timeout", f"{server} does not answer")

    def _seconds(self, processes: Processes, reason: str) -> float:
        if reason == "timeout":
            return PROBE_TIMEOUT_SECONDS
        spread = key_of(processes.name, int(self._world.now())) % 1000 / 1e6
        return 0.002 + spread
