"""Servers and services of the estate, and what does not fit among its sources."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watchkeeper.bootstrap.estate_register import kept_roll, state_of
from watchkeeper.domain.blob import BlobAltered, opened
from watchkeeper.domain.drift import Drift, DriftKind, in_order
from watchkeeper.domain.estate import Server, Service
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.interfaces.views.plain import at_or_none, plain
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.reconciliation import Reconciled
from watchkeeper.knowledge.roll import Roll, differences, roll_of
from watchkeeper.ports.journal import Journal


class NoSuchItem(NotThere):
    """No server and no service is called so; `watchkeeper servers list` shows them."""


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What the watch has written down of the estate; empty where none has run."""

    roll: Roll | None = None  # the estate that is in force there
    adopted_at: datetime | None = None
    dark: frozenset[str] = frozenset()
    dark_since: datetime | None = None  # when other servers than before went dark


async def remembered(journal: Journal, folder: Path) -> Remembered:
    """What the journal and the roll beside it say."""
    state = await state_of(journal)
    blob = await journal.blob(state.dark_names) if state.dark_names else None
    try:
        dark = opened(blob).split() if blob else []
    except BlobAltered:
        dark = []
    return Remembered(
        roll=kept_roll(folder, state.roll),
        adopted_at=state.adopted_at,
        dark=frozenset(dark),
        dark_since=state.dark_since,
    )


def server_list(found: Reconciled, known: Remembered) -> list[View]:
    """Every server with its services, in the estate's order."""
    graph = EstateGraph(found.estate)
    return [
        {
            **_server(server),
            "dark": server.name in known.dark,
            "services": [service.name for service in graph.services_on(server.name)],
            "sources": list(found.sources.get(server.name, ())),
        }
        for server in found.estate.servers
    ]


def item_story(found: Reconciled, known: Remembered, name: str) -> View:
    """One server or service: all that authority reads of it. Raises NoSuchItem."""
    graph = EstateGraph(found.estate)
    if name in graph.services:
        said = _service_story(graph, graph.services[name])
    elif name in graph.servers:
        said = _server_story(graph, graph.servers[name])
    else:
        raise NoSuchItem(name)
    return {
        **said,
        "dark": graph.server_of(name) in known.dark,
        "sources": list(found.sources.get(name, ())),
        "drift": [drift_view(each) for each in drift_of(found, known) if each.item == name],
    }


def drift_of(found: Reconciled, known: Remembered) -> tuple[Drift, ...]:
    """What does not fit: among the sources, with the metrics, and with what is in force."""
    words = f"no source delivers readings of it; told at {at_or_none(known.dark_since)}"
    dark = (
        Drift(kind=DriftKind.DARK, item=server.name, words=words)
        for server in found.estate.servers
        if server.name in known.dark
    )
    changes = differences(known.roll, roll_of(found.estate)) if known.roll is not None else ()
    return in_order((*found.drift, *dark, *changes))


def drift_report(drift: Iterable[Drift], known: Remembered) -> View:
    """Everything that does not fit, counted by kind.

    ``compared`` is when the estate came into force that it was compared with; None: with none.
    """
    listed = list(drift)
    counts = Counter(each.kind for each in listed)
    return {
        "counts": {kind.value: counts[kind] for kind in DriftKind if counts[kind]},
        "compared": at_or_none(known.adopted_at if known.roll is not None else None),
        "drift": [drift_view(each) for each in listed],
    }


def drift_view(drift: Drift) -> View:
    """One thing that does not fit."""
    return {
        "kind": drift.kind.value,
        "item": drift.item,
        "field": drift.field,
        "words": drift.words,
        "sources": list(drift.sources),
    }


def _server(server: Server) -> View:
    return {
        "name": server.name,
        "class": server.server_class,
        "exposure": server.exposure.value,
        "criticality": server.criticality.value,
        "owner": server.owner,
        "protected": server.protected,
    }


def _server_story(graph: EstateGraph, server: Server) -> View:
    return {
        "kind": "server",
        **_server(server),
        "protected": graph.protected(server.name),
        "address": server.address,
        "instances": list(server.instances),
        "services": [service.name for service in graph.services_on(server.name)],
        "suffering": [name for name in graph.suffering(server.name) if name != server.name],
    }


def _service_story(graph: EstateGraph, service: Service) -> View:
    return {
        "kind": "service",
        "name": service.name,
        "server": service.server,
        "class": graph.class_of(service.name),
        "exposure": graph.exposure_of(service.name).value,
        "criticality": graph.criticality_of(service.name).value,
        "owner": graph.owner_of(service.name),
        "protected": graph.protected(service.name),
        "unit": service.unit,
        "probe": service.probe,
        "replicas": plain([replica.name for replica in graph.replicas(service.name)]),
        "single_instance": graph.single_instance(service.name),
        "depends_on": list(service.depends_on),
        "dependants": list(graph.dependants(service.name)),
    }
