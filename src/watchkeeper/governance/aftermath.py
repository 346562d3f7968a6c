"""What came of an action besides its own end: the health of what it touched, before and after."""

from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.health import Health, HealthBoard

Healths = tuple[tuple[str, str], ...]

MOST_DEPENDANTS = 200  # services; nearest first


def around(item: str, graph: EstateGraph, board: HealthBoard) -> Healths:
    """The health of what acting on an item touches, and of all that needs it; the known only."""
    touched = [service.name for service in graph.touched(item)]
    needing = [name for each in touched for name in graph.dependants(each)]
    names = list(dict.fromkeys((*touched, *needing)))[:MOST_DEPENDANTS]
    healths = ((name, board.of(graph, name).health) for name in names)
    return tuple((name, health.value) for name, health in healths if health is not Health.UNKNOWN)


def worsened(before: Healths, after: Healths) -> tuple[str, ...]:
    """The services that were healthy and are not any more. Unknown counts as nothing."""
    now = dict(after)
    return tuple(
        name
        for name, health in before
        if health == Health.HEALTHY and now.get(name) == Health.UNHEALTHY
    )
