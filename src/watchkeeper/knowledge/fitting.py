"""What of an estate does not fit together, or is not measured."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import Service
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.identity import HERE


def dangling(graph: EstateGraph) -> Iterator[Drift]:
    """Servers and dependencies that services name and the estate does not have. O(dependencies)."""
    for service in graph.estate.services:
        if service.server not in graph.servers:
            yield _nowhere(service, "server", service.server)
        for upstream in service.depends_on:
            if upstream not in graph.services:
                yield _nowhere(service, "depends_on", upstream)


def circles(graph: EstateGraph) -> Iterator[Drift]:
    """A circle of dependencies, where there is any; one at a time. O(services + dependencies)."""
    needs = {s.name: sorted(set(s.depends_on)) for s in graph.estate.services}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as found:
        circle: list[str] = list(reversed(found.args[1]))
        yield Drift(
            kind=DriftKind.CIRCLE,
            item=min(circle),
            field="depends_on",
            words=f"depends on itself: {' → '.join(circle)}; remove one of these",
        )


def unmeasured(graph: EstateGraph, probes: frozenset[str] | None) -> Iterator[Drift]:
    """Services of which no metric tells. ``probes``: what metric sources probe; None: not asked.

    Services of this host are probed by Watchkeeper itself.
    """
    for service in graph.estate.services:
        if not service.probe:
            yield _unmeasured(service, "it has no probe, so its health is unknown")
        elif probes is None or _here(graph, service):
            continue
        elif service.probe.rstrip("/") not in probes:
            yield _unmeasured(service, f"no metric source probes {service.probe}")


def unseen(names: Iterable[str], sources: tuple[str, ...]) -> Iterator[Drift]:
    """Servers that no target of a metric source belongs to."""
    told = " and ".join(sources)
    for name in names:
        yield Drift(
            kind=DriftKind.UNSEEN,
            item=name,
            words=f"{told} collects nothing from it",
            sources=sources,
        )


def _here(graph: EstateGraph, service: Service) -> bool:
    server = graph.servers.get(service.server)
    return server is not None and server.address in HERE


def _nowhere(service: Service, to: str, what: str) -> Drift:
    words = f"{what} is not in the estate; it counts for nothing"
    return Drift(kind=DriftKind.DANGLING, item=service.name, field=to, words=words)


def _unmeasured(service: Service, words: str) -> Drift:
    return Drift(kind=DriftKind.UNMEASURED, item=service.name, words=words)
