"""The pretend data centre as it is at the clock's present instant.

Nothing runs in it: whoever looks first lets everything happen that is due, in order of time. So
it advances by the clock port alone, on a virtual loop as under a clock moved by hand.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import numpy as np
from numpy.typing import NDArray

from watchkeeper.adapters.simulated.blueprint import Blueprint, PretendServer
from watchkeeper.adapters.simulated.noise import key_of, uniform
from watchkeeper.adapters.simulated.processes import Processes
from watchkeeper.adapters.simulated.shapes import shaped, table_of
from watchkeeper.adapters.simulated.timeline import Floats, Steps
from watchkeeper.adapters.simulated.volume import Volume
from watchkeeper.domain.instant import from_unix
from watchkeeper.ports.clock import Clock

Happening = Callable[[float], None]  # at unix seconds
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A line that a service or its init system wrote."""

    at: float
    text: str


@dataclass
class Host:
    """One server's own state."""

    pretend: PretendServer
    volumes: dict[str, Volume]
    reachable: Steps = field(default_factory=lambda: Steps(1.0))
    noisy: dict[str, Steps] = field(default_factory=dict)  # metric → spread

    @property
    def name(self) -> str:
        """The server's name."""
        return self.pretend.server.name

    def volume_of(self, path: str) -> Volume:
        """The file system that holds a path: the longest mount before it."""
        holding = [mount for mount in self.volumes if _below(path, mount)]
        return self.volumes[max(holding, key=len)]


class World:
    """Servers, services and whatever happens to them."""

    def __init__(self, blueprint: Blueprint, clock: Clock) -> None:
        self.blueprint = blueprint
        self.hosts = {
            pretend.server.name: Host(
                pretend=pretend, volumes={mount.path: Volume(mount) for mount in pretend.mounts}
            )
            for pretend in blueprint.servers
        }
        self.processes = {p.service.name: Processes(p) for p in blueprint.services}
        self.told: dict[str, list[Told]] = {name: [] for name in self.processes}
        self._clock = clock
        self._order = count()
        self._happenings: list[tuple[float, int, Happening]] = []

    def now(self) -> float:
        """The present instant in unix seconds; first everything due by then happens."""
        now = self._clock.now().timestamp()
        while self._happenings and self._happenings[0][0] <= now:
            at, _, happening = heapq.heappop(self._happenings)
            happening(at)
        return now

    def instant(self) -> datetime:
        """``now`` as a UTC instant."""
        return from_unix(self.now())

    def schedule(self, at: float, happening: Happening) -> None:
        """Let something happen at an instant, or as soon as anybody looks."""
        heapq.heappush(self._happenings, (at, next(self._order), happening))

    def chance(self, *names: str | int) -> float:
        """A number of [0, 1), always the same for the same seed and names."""
        key = np.array([key_of(self.blueprint.seed, *names)], dtype=np.uint64)
        return float(uniform(key, np.zeros(1))[0, 0])

    def host_of(self, service: str) -> Host:
        """The server a service runs on."""
        return self.hosts[self.processes[service].service.server]

    def on_server(self, server: str) -> tuple[Processes, ...]:
        """The services of a server."""
        return tuple(p for p in self.processes.values() if p.service.server == server)

    def tell(self, service: str, at: float, text: str) -> None:
        """A line for the service's log."""
        self.told[service].append(Told(at=at, text=text))

    def free(self, host: Host, mount: str, times: Floats) -> Floats:
        """Free space of a file system, shape (t,)."""
        volume = host.volumes[mount]
        table = table_of(((f"{host.name} {mount}", volume.shape),), self.blueprint.seed)
        return volume.free(shaped(table, times)[0], times)

    def answers(self, service: str, times: Floats) -> Flags:
        """Whether the service's probe is answered with a success, shape (t,)."""
        return self._own_answer(service, times) & self.upstreams_answer(service, times)

    def upstreams_answer(self, service: str, times: Floats) -> Flags:
        """Whether everything that the service leans on answers, shape (t,)."""
        together = np.ones(times.shape, dtype=bool)
        for upstream in self.processes[service].service.depends_on:
            together &= self.answers(upstream, times)
        return together

    def probe_reason(self, service: str) -> str:
        """What its probe says now: ``200``, ``refused``, ``timeout``, ``500`` or ``502``."""
        times = np.array([self.now()])
        processes = self.processes[service]
        if not self.host_of(service).reachable.now or (processes.alive and processes.deaf.now):
            return "timeout"
        if not processes.alive:
            return "refused"
        if not self._has_space(service, times)[0]:
            return "500"
        return "200" if self.upstreams_answer(service, times)[0] else "502"

    def _own_answer(self, service: str, times: Floats) -> Flags:
        reachable = self.host_of(service).reachable.at(times) > 0
        listening = self.processes[service].listening(times)
        own: Flags = reachable & listening & self._has_space(service, times)
        return own

    def _has_space(self, service: str, times: Floats) -> Flags:
        """A service that cannot write its log answers with an error."""
        host = self.host_of(service)
        volume = host.volume_of(self.processes[service].service.logs[0])
        if not volume.disturbed:
            return np.ones(times.shape, dtype=bool)
        return self.free(host, volume.mount.path, times) > 0


def _below(path: str, mount: str) -> bool:
    return mount == "/" or path == mount or path.startswith(f"{mount}/")
