"""One estate out of what several sources tell: declared precedence, nothing merged in silence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from watchkeeper.domain.drift import Drift, DriftKind, in_order
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.telling import Telling
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.fitting import circles, dangling, unmeasured, unseen
from watchkeeper.knowledge.identity import Identity
from watchkeeper.knowledge.ledger import Ledger
from watchkeeper.knowledge.sightings import Sightings


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """The estate, who knows each of its items, and what does not fit."""

    estate: Estate = field(default_factory=Estate)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # item → who knows it
    drift: tuple[Drift, ...] = ()


def reconciled(tellings: Sequence[Telling], unavailable: Sequence[Drift] = ()) -> Reconciled:
    """The sources' words in the order of precedence, as one estate.

    O(n log n) in what is told, the sorting of the drift included. ``unavailable`` are sources that
    could not be asked: what only they might know is missed, and not called gone.
    """
    identity, servers, services = _written(tellings)
    nameless = _without_servers_names(servers, services)
    sightings = _sighted(tellings, servers, frozenset(services.items))
    estate = Estate(
        servers=(*_settled(servers, identity, sightings), *sightings.found.values()),
        services=tuple(services.items.values()),
        single_host=any(telling.single_host for telling in tellings),
    )
    drift = chain(
        identity.drift,
        servers.drift,
        nameless,
        services.drift,
        sightings.drift,
        *(telling.troubles for telling in tellings),
        unavailable,
        _unfitting(EstateGraph(estate), tellings, sightings, whole=not unavailable),
    )
    return Reconciled(
        estate=estate,
        sources={**servers.sources, **services.sources, **sightings.sources},
        drift=in_order(tuple(drift)),
    )


def _written(tellings: Sequence[Telling]) -> tuple[Identity, Ledger[Server], Ledger[Service]]:
    """What people wrote, source after source."""
    identity: Identity = Identity()
    servers: Ledger[Server] = Ledger()
    services: Ledger[Service] = Ledger()
    for telling in tellings:
        for server in telling.servers:
            settled = servers.said.get(server.item.name, {})
            servers.enter(telling.source, identity.cleared(telling.source, server, settled))
        for service in telling.services:
            services.enter(telling.source, service)
    return identity, servers, services


def _without_servers_names(servers: Ledger[Server], services: Ledger[Service]) -> list[Drift]:
    """Take away services that are called like a server: a name is one item's."""
    both = [name for name in services.items if name in servers.items]
    for name in both:
        del services.items[name]
    return [_two_items(name, servers, services) for name in both]


def _two_items(name: str, servers: Ledger[Server], services: Ledger[Service]) -> Drift:
    first, second = servers.sources[name][0], services.sources.pop(name)[0]
    return Drift(
        kind=DriftKind.IDENTITY,
        item=name,
        field="name",
        words=f"a server by {first} and a service by {second}; the service is left out",
        sources=(first, second),
    )


def _sighted(
    tellings: Sequence[Telling], servers: Ledger[Server], taken: frozenset[str]
) -> Sightings:
    sightings = Sightings(ledger=servers, taken_names=taken)
    for telling in tellings:
        for sighting in telling.sightings or ():
            sightings.lay(telling.source, sighting)
    return sightings


def _settled(servers: Ledger[Server], identity: Identity, sightings: Sightings) -> Iterator[Server]:
    """What people wrote down, as it comes into force."""
    for name, server in servers.items.items():
        adopted = sightings.adopted.get(name)
        yield identity.settled(
            replace(server, instances=(*server.instances, *adopted)) if adopted else server
        )


def _unfitting(
    graph: EstateGraph, tellings: Sequence[Telling], sightings: Sightings, *, whole: bool
) -> Iterator[Drift]:
    watching = tuple(t.source for t in tellings if t.sightings is not None)
    asked = bool(watching) and whole
    probes = frozenset(chain.from_iterable(t.probes for t in tellings))
    yield from dangling(graph)
    yield from circles(graph)
    yield from unmeasured(graph, probes if asked else None)
    if asked:
        yield from unseen(sightings.unseen(), watching)
