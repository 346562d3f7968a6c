"""The pretend data centre on paper: servers of several classes, services and who needs whom."""

from dataclasses import dataclass, replace
from itertools import cycle

import numpy as np

from watchkeeper.adapters.simulated.noise import key_of, uniform
from watchkeeper.domain.estate import Estate, Exposure, Server, Service
from watchkeeper.domain.readings import ProbeTarget, Targets

DOMAIN = "pretend.example"
EXPORTER_PORT = 9100


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A mounted file system: how full it is on a Monday, and how much a week's logs add."""

    path: str
    device: str
    used_ratio: float
    weekly_ratio: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PretendServer:
    """A server and what it is made of; the ratios are 0–1 of the whole machine."""

    server: Server
    cores: int
    idle_ratio: float  # processor time used at the quiet hour
    busy_ratio: float  # what the busiest hour adds
    memory_ratio: float  # memory in use
    mounts: tuple[Mount, ...]


@dataclass(frozen=True, kw_only=True)
class PretendService:
    """A service and how many workers its main process keeps."""

    service: Service
    workers: int


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """All of it. ``seed`` decides sizes, numbers and every series' noise."""

    seed: int
    servers: tuple[PretendServer, ...]
    services: tuple[PretendService, ...]

    @property
    def estate(self) -> Estate:
        """The same as configuration items, as an ``estate.yaml`` would list them."""
        return Estate(
            servers=tuple(s.server for s in self.servers),
            services=tuple(s.service for s in self.services),
        )

    @property
    def targets(self) -> Targets:
        """Whom to ask for: every server and every probe."""
        instances = {name: s.server.name for s in self.servers for name in s.server.instances}
        probes = tuple(
            ProbeTarget(instance=s.service.probe, server=s.service.server, service=s.service.name)
            for s in self.services
        )
        return Targets(servers=instances, probes=probes)


@dataclass(frozen=True, kw_only=True)
class _Class:
    server_class: str
    prefix: str
    owner: str
    fewest: int
    most: int
    cores: int
    idle_ratio: float
    busy_ratio: float
    memory_ratio: float
    exposure: Exposure = Exposure.INTERNAL


_CLASSES = (
    _Class(
        server_class="web", prefix="web", owner="web team", fewest=2, most=3, cores=4,
        idle_ratio=0.05, busy_ratio=0.35, memory_ratio=0.35, exposure=Exposure.INTERNET,
    ),
    _Class(
        server_class="application", prefix="app", owner="shop team", fewest=2, most=4, cores=8,
        idle_ratio=0.08, busy_ratio=0.45, memory_ratio=0.50,
    ),
    _Class(
        server_class="database", prefix="db", owner="data team", fewest=1, most=1, cores=16,
        idle_ratio=0.10, busy_ratio=0.30, memory_ratio=0.60,
    ),
    _Class(
        server_class="cache", prefix="cache", owner="data team", fewest=1, most=2, cores=4,
        idle_ratio=0.03, busy_ratio=0.15, memory_ratio=0.55,
    ),
    _Class(
        server_class="batch", prefix="batch", owner="shop team", fewest=1, most=2, cores=8,
        idle_ratio=0.04, busy_ratio=0.20, memory_ratio=0.30,
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Kind:
    name: str
    port: int
    workers: int
    replicas_of: str = ""


_ORDERS = _Kind(name="orders", port=5432, workers=3)
_SESSIONS = _Kind(name="sessions", port=6379, workers=1)
_SHOP = _Kind(name="shop", port=8000, workers=6, replicas_of="shop")
_FRONT = _Kind(name="front", port=8080, workers=4, replicas_of="front")
_REPORTS = _Kind(name="reports", port=8090, workers=2)


def data_centre(seed: int) -> Blueprint:
    """A small shop: web servers before applications before a database, a cache and batch work."""
    return _built(seed, _CLASSES)


def corner_shop(seed: int) -> Blueprint:
    """The least that has replicas and victims: two web servers, two applications, a database."""
    return _built(seed, tuple(replace(kind, most=kind.fewest) for kind in _CLASSES[:3]))


def _built(seed: int, classes: tuple[_Class, ...]) -> Blueprint:
    servers = tuple(
        _server(kind, number, seed)
        for kind in classes
        for number in range(
            1, kind.fewest + _drawn(kind.most - kind.fewest + 1, seed, kind.prefix) + 1
        )
    )
    names = {kind.prefix: _of_class(servers, kind.server_class) for kind in _CLASSES}
    databases = [_service(_ORDERS, server) for server in names["db"]]
    caches = [_service(_SESSIONS, server) for server in names["cache"]]
    data = tuple(s.service.name for s in (*databases, *caches[:1]))
    shops = [_service(_SHOP, server, data) for server in names["app"]]
    fronts = [
        _service(_FRONT, server, (shop.service.name,))
        for server, shop in zip(names["web"], cycle(shops), strict=False)
    ]
    ledger = tuple(s.service.name for s in databases)
    reports = [_service(_REPORTS, server, ledger) for server in names["batch"]]
    services = (*databases, *caches, *shops, *fronts, *reports)
    return Blueprint(seed=seed, servers=servers, services=services)


def _drawn(choices: int, *names: str | int) -> int:
    key = np.array([key_of(*names)], dtype=np.uint64)
    return int(uniform(key, np.zeros(1))[0, 0] * choices)


def _varied(ratio: float, *names: str | int) -> float:
    """The ratio, up to a fifth more or less."""
    return ratio * (0.8 + 0.004 * _drawn(100, *names))


def _of_class(servers: tuple[PretendServer, ...], server_class: str) -> tuple[Server, ...]:
    return tuple(s.server for s in servers if s.server.server_class == server_class)


def _server(kind: _Class, number: int, seed: int) -> PretendServer:
    name = f"{kind.prefix}-{number}"
    root = Mount(path="/", device="vda1", used_ratio=_varied(0.35, seed, name, "/"))
    var = Mount(
        path="/var",
        device="vdb1",
        used_ratio=_varied(0.45, seed, name, "/var"),
        weekly_ratio=0.06,
    )
    return PretendServer(
        server=Server(
            name=name,
            server_class=kind.server_class,
            exposure=kind.exposure,
            owner=kind.owner,
            instances=(f"{name}.{DOMAIN}:{EXPORTER_PORT}",),
            address=f"{name}.{DOMAIN}",
        ),
        cores=kind.cores,
        idle_ratio=_varied(kind.idle_ratio, seed, name, "idle"),
        busy_ratio=_varied(kind.busy_ratio, seed, name, "busy"),
        memory_ratio=_varied(kind.memory_ratio, seed, name, "memory"),
        mounts=(root, var),
    )


def _service(kind: _Kind, server: Server, depends_on: tuple[str, ...] = ()) -> PretendService:
    log = f"/var/log/{kind.name}/{kind.name}.log"
    service = Service(
        name=f"{kind.name}-{server.name.rpartition('-')[2]}",
        server=server.name,
        unit=kind.name,
        process=f"{kind.name}d",
        pid_file=f"/run/{kind.name}.pid",
        probe=f"http://{server.name}.{DOMAIN}:{kind.port}/health",
        logs=(log,),
        rotate=(log,),
        depends_on=depends_on,
        owner=server.owner,
        replicas_of=kind.replicas_of,
    )
    return PretendService(service=service, workers=kind.workers)
