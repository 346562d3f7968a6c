"""The estate of 100,000 servers: three sources reconciled, then the questions of the gates.

Reconciling is O(n) in what is told, sorting the drift O(d log d); the graph's indexes are built
once in O(servers + services + dependencies), then a question costs its neighbours.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from bench.estate_files import COUNT, written
from bench.figure import AtMost, Finding
from bench.rounds import in_turns
from watchkeeper.adapters.files.estate import tell_estate
from watchkeeper.adapters.files.estate_csv import read_servers, read_services
from watchkeeper.adapters.prometheus.target_labels import TargetLabels
from watchkeeper.adapters.prometheus.targets import telling
from watchkeeper.domain.telling import Telling
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.reconciliation import Reconciled, reconciled

RECONCILED_SECONDS = AtMost(value=10.0)
QUESTION_SECONDS = AtMost(value=1e-4)
ROUNDS = 5
QUESTIONS = 10_000
LABELS = TargetLabels(name="host", says={"server_class": "role", "owner": "team"})
NOTE = f"{COUNT:,} servers, two services each, told by CSV and by Prometheus, 1,000 by YAML"


def estate(folder: Path) -> Iterator[Finding]:
    """Reading, reconciling and asking, each by itself."""
    files = written(folder)
    body = files.targets.read_bytes()
    told: list[Telling] = []

    def read_files() -> None:
        told[:] = [
            tell_estate(files.estate),
            Telling(
                source="csv",
                servers=read_servers(files.servers),
                services=read_services(files.services),
            ),
        ]

    def read_targets() -> None:
        del told[2:]
        told.append(telling(body, "prometheus", LABELS, frozenset()))

    yield _timed("files read", read_files)
    yield _timed("targets read", read_targets, floor=lambda: json.loads(body))
    yield _timed("three sources reconciled", lambda: reconciled(told), bar=RECONCILED_SECONDS)
    found = reconciled(told)
    yield _timed("indexes of the graph", lambda: _asked(EstateGraph(found.estate), 1))
    yield from _questions(found)


def _questions(found: Reconciled) -> Iterator[Finding]:
    graph = EstateGraph(found.estate)
    _asked(graph, 1)
    yield in_turns(
        "all that the gates ask of one service",
        "s",
        lambda: _seconds(lambda: _asked(graph, QUESTIONS)) / QUESTIONS,
        rounds=ROUNDS,
        bar=QUESTION_SECONDS,
    )


def _asked(graph: EstateGraph, times: int) -> None:
    for number in range(times):
        name = f"app-{number}"
        graph.class_of(name)
        graph.owner_of(name)
        graph.criticality_of(name)
        graph.exposure_of(name)
        graph.protected(name)
        graph.replicas(name)
        graph.single_instance(name)
        graph.dependants(name)
        graph.services_on(graph.server_of(name))
        graph.servers_of_class(graph.class_of(name))


def _timed(
    name: str,
    work: Callable[[], object],
    bar: AtMost | None = None,
    floor: Callable[[], object] | None = None,
) -> Finding:
    return in_turns(
        name,
        "s",
        lambda: _seconds(work),
        rounds=ROUNDS,
        bar=bar,
        floor=("json.loads", lambda: _seconds(floor)) if floor else None,
        note=NOTE,
    )


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
