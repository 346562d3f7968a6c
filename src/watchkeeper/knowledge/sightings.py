"""What metric sources collect from, laid beside what people wrote."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import ITEM_NAME, UNCLASSIFIED, Server
from watchkeeper.domain.telling import Sighting
from watchkeeper.knowledge.identity import HERE
from watchkeeper.knowledge.ledger import Ledger, conflict, shown, shown_field

_NAME = re.compile(ITEM_NAME.removesuffix("$"))
_PORT = re.compile(r":[0-9]{1,5}$")


@dataclass
class Sightings:
    """Finds the server of each target. Labels never classify one: what they say is compared."""

    ledger: Ledger[Server]
    taken_names: frozenset[str]  # the services': no server may be called so
    seen: set[str] = field(default_factory=set)
    found: dict[str, Server] = field(default_factory=dict)  # that nobody wrote down, by name
    sources: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # who else knows it, with those who wrote it down
    adopted: dict[str, list[str]] = field(default_factory=dict)  # known → instances of targets
    drift: list[Drift] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._instances_found: set[str] = set()
        self._exact: dict[str, str] = {}
        self._loose: defaultdict[str, set[str]] = defaultdict(set)
        for server in self.ledger.items.values():
            self._exact |= dict.fromkeys((*server.instances, server.name), server.name)
            for known in (*server.instances, server.name, server.address):
                if known not in HERE:
                    self._loose[without_port(known)].add(server.name)

    def lay(self, source: str, sighting: Sighting) -> None:
        """One target. O(1)."""
        owners = self._owners(sighting)
        if len(owners) > 1:
            self.drift.append(_disputed(source, sighting, owners))
        elif owners:
            self._known(source, sighting, owners.pop())
        else:
            self._unlisted(source, sighting)

    def unseen(self) -> Iterable[str]:
        """Servers that people wrote down and no target belongs to."""
        return (name for name in self.ledger.items if name not in self.seen)

    def _owners(self, sighting: Sighting) -> set[str]:
        """Whose it may be: what is written exactly so comes first, then host name and address."""
        exact = {self._exact[n] for n in (sighting.name, sighting.instance) if n in self._exact}
        if exact:
            return exact
        hosts = {without_port(sighting.instance), sighting.host} - {""}
        return {owner for host in hosts for owner in self._loose.get(host, ())}

    def _known(self, source: str, sighting: Sighting, name: str) -> None:
        self.seen.add(name)
        knew = self.sources.get(name, self.ledger.sources[name])
        self.sources[name] = tuple(dict.fromkeys((*knew, source)))
        server, said = self.ledger.items[name], self.ledger.said[name]
        by_label_alone = sighting.instance not in self._exact and sighting.name == name
        if by_label_alone and _elsewhere(sighting, server):
            self.drift.append(_misnamed(source, sighting, server))
        elif not server.instances:
            self._adopt(sighting.instance, server)
        for to in sorted(sighting.claim.said):
            mine, theirs = getattr(server, to), getattr(sighting.claim.item, to)
            if mine == theirs:
                continue
            if to in said:
                self.drift.append(conflict(name, to, (said[to], mine), (source, theirs)))
            else:
                self.drift.append(_unwritten(source, name, to, theirs))

    def _adopt(self, instance: str, server: Server) -> None:
        """A server with no instance of its own answers to those that its targets bear."""
        if without_port(instance) == server.name or instance in self._exact:
            return  # it answers to this already, or another does
        if instance in self._instances_found:
            return  # a server that nobody wrote down bears it: one instance is one server's
        self._exact[instance] = server.name
        self.adopted.setdefault(server.name, []).append(instance)

    def _unlisted(self, source: str, sighting: Sighting) -> None:
        """A server that nobody wrote down: in the estate without a class, or nowhere."""
        name = sighting.name or without_port(sighting.instance)
        if not _NAME.fullmatch(name) or name in self.taken_names:
            self.drift.append(_no_name(source, sighting, name))
            return
        if name not in self.found:
            claimed, address = sighting.claim.item, sighting.host or name
            self.found[name] = replace(
                claimed, name=name, server_class=UNCLASSIFIED, address=address
            )
            self.drift.append(_unlisted(source, name, sighting))
        self.sources[name] = tuple(dict.fromkeys((*self.sources.get(name, ()), source)))
        if sighting.instance not in self._instances_found:
            self._instances_found.add(sighting.instance)
            known = self.found[name]
            self.found[name] = replace(known, instances=(*known.instances, sighting.instance))


def without_port(instance: str) -> str:
    """``web-1`` of ``web-1:9100``; ``[::1]`` of ``[::1]:9100``."""
    return instance if instance.count(":") > 1 and "]" not in instance else _PORT.sub("", instance)


def _elsewhere(sighting: Sighting, server: Server) -> bool:
    """Whether a target only bears a server's label: it is collected from another address."""
    if without_port(sighting.instance) == server.name:
        return False
    try:
        return ip_address(sighting.host) != ip_address(server.address)
    except ValueError:  # a host name says nothing of addresses
        return False


def _misnamed(source: str, sighting: Sighting, server: Server) -> Drift:
    where = f"{sighting.instance} is collected from {sighting.host}"
    return Drift(
        kind=DriftKind.IDENTITY,
        item=server.name,
        field="address",
        words=f"{where} by {source}, and {server.name} is {server.address}; it is not taken as its",
        sources=(source,),
    )


def _disputed(source: str, sighting: Sighting, owners: Iterable[str]) -> Drift:
    told = " and ".join(sorted(owners))
    return Drift(
        kind=DriftKind.IDENTITY,
        item=sighting.instance,
        field="instance",
        words=f"{source} collects from it, and it may be {told}; list it under one's instances",
        sources=(source,),
    )


def _unwritten(source: str, name: str, to: str, theirs: object) -> Drift:
    return Drift(
        kind=DriftKind.UNWRITTEN,
        item=name,
        field=shown_field(to),
        words=f"a label of {source} says {shown(theirs)}; it counts when somebody writes it down",
        sources=(source,),
    )


def _unlisted(source: str, name: str, sighting: Sighting) -> Drift:
    said = sighting.claim.item.server_class
    hint = f" (a label says class {said})" if said != UNCLASSIFIED else ""
    return Drift(
        kind=DriftKind.UNLISTED,
        item=name,
        words=f"{source} collects from {sighting.instance}, and nobody wrote it down{hint}; "
        "it is unclassified",
        sources=(source,),
    )


def _no_name(source: str, sighting: Sighting, name: str) -> Drift:
    return Drift(
        kind=DriftKind.UNUSABLE,
        item=sighting.instance,
        field="name",
        words=f"{name} cannot be a server's name, or is a service's; write the server down",
        sources=(source,),
    )
