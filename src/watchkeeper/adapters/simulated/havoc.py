"""Faults taking effect on the pretend data centre."""

from collections.abc import Callable
from datetime import datetime

import numpy as np

from watchkeeper.adapters.simulated.faults import (
    Culprit,
    Death,
    DiskFills,
    Fault,
    MemoryLeaks,
    MetricTurnsNoisy,
    ServerVanishes,
    ServiceDies,
    StartFails,
    WrapperDies,
)
from watchkeeper.adapters.simulated.telemetry import Telemetry
from watchkeeper.adapters.simulated.timeline import Steps
from watchkeeper.adapters.simulated.world import World
from watchkeeper.domain.readings import Series

HOUR = 3600.0
LAST_MEMORY = 0.01  # of a server's memory; below, the kernel kills


class Havoc:
    """Lets faults happen, at once or at an instant to come."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.lost_wrappers: list[Callable[[str], None]] = []  # told the server's name

    def inflict(self, fault: Fault, at: datetime | None = None) -> None:
        """Let a fault happen; it is seen by the next that looks."""
        instant = self._world.now() if at is None else at.timestamp()
        self._world.schedule(instant, lambda when: self._happen(fault, when))

    def _happen(self, fault: Fault, at: float) -> None:  # noqa: C901 - one case a kind of fault
        match fault:
            case ServiceDies(service=service, death=death):
                self._killed(service, death, at)
            case StartFails(service=service, failure=failure):
                self._world.processes[service].start_failure = failure
            case DiskFills():
                self._fills(fault, at)
            case MemoryLeaks(service=service, ratio_per_hour=ratio):
                self._leaks(service, ratio / HOUR, at)
            case MetricTurnsNoisy():
                self._noisy(fault, at)
            case ServerVanishes(server=server, lasts=lasts):
                reachable = self._world.hosts[server].reachable
                reachable.turn(at, 0.0)
                back = at + lasts.total_seconds()
                self._world.schedule(back, lambda when: reachable.turn(when, 1.0))
            case WrapperDies(server=server):
                for lost in self.lost_wrappers:
                    lost(server)

    def _killed(self, service: str, death: Death, at: float) -> None:
        processes = self._world.processes[service]
        processes.die(at, death)
        unit = processes.service.unit
        self._world.tell(service, at, f"{unit}: main process exited, code=killed, signal=KILL")

    def _fills(self, fault: DiskFills, at: float) -> None:
        volume = self._world.hosts[fault.server].volumes[fault.mount]
        volume.grow(at, fault.culprit, fault.ratio_per_hour / HOUR)
        if fault.culprit is Culprit.LOGS:
            for processes in self._world.on_server(fault.server):
                self._world.tell(processes.name, at, "debug logging is on")
        end = at + fault.lasts.total_seconds()
        self._world.schedule(end, lambda when: volume.grow(when, fault.culprit, 0.0))

    def _leaks(self, service: str, per_second: float, at: float) -> None:
        """Memory goes until the kernel kills the service."""
        leak = self._world.processes[service].leak
        leak.turn(at, rate=per_second)

        def out_of_memory(when: float) -> None:
            if leak.rate == per_second and self._world.processes[service].main.now:
                self._world.tell(service, when, "kernel: Out of memory: killed process")
                self._killed(service, Death.GROUP, when)

        self._world.schedule(at + self._left(service, at) / per_second, out_of_memory)

    def _left(self, service: str, at: float) -> float:
        server = self._world.host_of(service).name
        available = Series(server=server, metric="memory_available_ratio")
        return (
            float(Telemetry(self._world).measured((available,), np.array([at]))[0, 0]) - LAST_MEMORY
        )

    def _noisy(self, fault: MetricTurnsNoisy, at: float) -> None:
        spread = self._world.hosts[fault.server].noisy.setdefault(fault.metric, Steps(0.0))
        spread.turn(at, fault.spread)
        self._world.schedule(at + fault.lasts.total_seconds(), lambda when: spread.turn(when, 0.0))
