"""The estate as a graph: who depends on whom, who runs where, how sources name them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.estate import (
    UNCLASSIFIED,
    Criticality,
    Estate,
    Exposure,
    Role,
    Server,
    Service,
)
from watchkeeper.domain.inventory_row import row_of
from watchkeeper.domain.readings import ProbeTarget, Targets

T = TypeVar("T")


@dataclass(frozen=True)
class EstateGraph:
    """Questions about the estate.

    Each index is built once, in O(servers + services + dependencies), at the first question that
    needs it; then an answer costs one look-up, or as many as the neighbours that it names.
    """

    estate: Estate

    @cached_property
    def servers(self) -> dict[str, Server]:
        """By name."""
        return {server.name: server for server in self.estate.servers}

    @cached_property
    def services(self) -> dict[str, Service]:
        """By name."""
        return {service.name: service for service in self.estate.services}

    @cached_property
    def _dependants(self) -> dict[str, tuple[str, ...]]:
        return _grouped(
            (upstream, service.name)
            for service in self.estate.services
            for upstream in service.depends_on
        )

    @cached_property
    def _services_on(self) -> dict[str, tuple[Service, ...]]:
        return _grouped((service.server, service) for service in self.estate.services)

    @cached_property
    def _groups(self) -> dict[str, tuple[Service, ...]]:
        return _grouped((s.replicas_of, s) for s in self.estate.services if s.replicas_of)

    @cached_property
    def _classes(self) -> dict[str, tuple[str, ...]]:
        return _grouped((server.server_class, server.name) for server in self.estate.servers)

    @cached_property
    def _probes_on(self) -> dict[str, tuple[ProbeTarget, ...]]:
        return _grouped((probe.server, probe) for probe in self.targets().probes)

    def knows(self, item: str) -> bool:
        """Whether this is the name of a server or a service."""
        return item in self.servers or item in self.services

    def server_of(self, item: str) -> str:
        """The server an item is or runs on; empty when the estate does not know it."""
        if item in self.services:
            return self.services[item].server
        return item if item in self.servers else ""

    def class_of(self, item: str) -> str:
        """The server class that decides what may be done to an item."""
        server = self.servers.get(self.server_of(item))
        return server.server_class if server else UNCLASSIFIED

    def inventory_digest_of(self, item: str) -> str:
        """What a warrant says of where the item's server is reached; empty when unknown."""
        server = self.servers.get(self.server_of(item))
        return row_of(server).digest if server else ""

    def owner_of(self, item: str) -> str:
        """Who has to be told about an item."""
        service = self.services.get(item)
        if service and service.owner:
            return service.owner
        server = self.servers.get(self.server_of(item))
        return server.owner if server else ""

    def services_on(self, server: str) -> tuple[Service, ...]:
        """The services of a server, in the estate's order."""
        return self._services_on.get(server, ())

    def servers_of_class(self, server_class: str) -> tuple[str, ...]:
        """The servers of a class, in the estate's order."""
        return self._classes.get(server_class, ())

    def exposure_of(self, item: str) -> Exposure:
        """Who can reach an item; of one that the estate does not know, everybody."""
        server = self.servers.get(self.server_of(item))
        return server.exposure if server else Exposure.INTERNET

    def criticality_of(self, item: str) -> Criticality:
        """What an outage of an item costs: its own rating, else its server's."""
        service = self.services.get(item)
        if service and service.criticality is not Criticality.UNRATED:
            return service.criticality
        server = self.servers.get(self.server_of(item))
        return server.criticality if server else Criticality.UNRATED

    def role_of(self, item: str) -> Role:
        """What an item is to those who watch; of a server, also what anything on it is."""
        found = self.services.get(item) or self.servers.get(item)
        if found is None or found.role:
            return found.role if found else Role.NONE
        return next((each.role for each in self.services_on(item) if each.role), Role.NONE)

    def protected(self, item: str) -> bool:
        """Whether an item is never acted on alone: by its own word, or by its server's.

        A server with a protected service is protected as a whole.
        """
        service = self.services.get(item)
        server = self.servers.get(self.server_of(item))
        return bool(
            (service and service.protected)
            or (server and server.protected)
            or any(each.protected for each in self.services_on(item))
        )

    def replicas(self, service: str) -> tuple[Service, ...]:
        """The redundancy group of a service, itself included; nobody of an unknown one."""
        found = self.services.get(service)
        if found is None:
            return ()
        return self._groups.get(found.replicas_of, (found,)) if found.replicas_of else (found,)

    def single_instance(self, service: str) -> bool:
        """Whether nobody stands in for a service while it is down.

        Replicas on one server do not stand in for one another when that server goes.
        """
        return len({replica.server for replica in self.replicas(service)}) < 2

    def touched(self, item: str) -> tuple[Service, ...]:
        """The services that go down with an item: itself, or all that run on it."""
        service = self.services.get(item)
        return (service,) if service else self.services_on(item)

    def upstreams(self, service: str) -> tuple[str, ...]:
        """Everything a service needs, directly or not, nearest first."""
        return self._reach(service, self._needs)

    def dependants(self, service: str) -> tuple[str, ...]:
        """Everything that needs a service, directly or not, nearest first."""
        return self._reach(service, lambda name: self._dependants.get(name, ()))

    def item_of(self, anomaly: Anomaly) -> str:
        """The service that an anomaly names; where it names none, its server."""
        return anomaly.part if anomaly.part in self.services else anomaly.server

    def suffering(self, item: str) -> tuple[str, ...]:
        """An item itself, what runs on it, and everything that needs any of it."""
        roots = (item, *(service.name for service in self.services_on(item)))
        needing = (name for root in roots for name in self.dependants(root))
        return tuple(dict.fromkeys((*roots, *needing)))

    def path(self, cause: str, symptom: str) -> tuple[str, ...]:
        """The shortest way along the dependencies from a cause to a symptom.

        Empty when there is none.
        """
        ways: list[tuple[str, ...]] = [(cause,)]
        seen = {cause}
        for way in ways:
            if way[-1] == symptom:
                return way
            for name in self._dependants.get(way[-1], ()):
                if name not in seen:
                    seen.add(name)
                    ways.append((*way, name))
        return ()

    def related(self, one: str, other: str) -> bool:
        """Whether two servers are the same or their services depend on one another."""
        if one == other:
            return True
        mine = {s.name for s in self.services_on(one)}
        return any(
            mine & set(self.upstreams(s.name)) or mine & set(self.dependants(s.name))
            for s in self.services_on(other)
        )

    def targets(self) -> Targets:
        """Whom to ask metric sources for."""
        servers = {name: s.name for s in self.estate.servers for name in (*s.instances, s.name)}
        probes = tuple(
            ProbeTarget(instance=s.probe, server=s.server, service=s.name)
            for s in self.estate.services
            if s.probe
        )
        return Targets(servers=servers, probes=probes)

    def targets_on(self, server: str) -> Targets:
        """Whom to ask for when only one server matters."""
        found = self.servers.get(server)
        names = (*found.instances, found.name) if found else ()
        return Targets(servers=dict.fromkeys(names, server), probes=self._probes_on.get(server, ()))

    def _needs(self, name: str) -> tuple[str, ...]:
        service = self.services.get(name)
        return service.depends_on if service else ()

    @staticmethod
    def _reach(start: str, neighbours: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting: list[str] = list(neighbours(start))
        for name in waiting:
            if name not in found and name != start:
                found[name] = None
                waiting.extend(neighbours(name))
        return tuple(found)


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
