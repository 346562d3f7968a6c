"""What the pretend data centre's exporters and probes measure, at any instants."""

from collections.abc import Callable

import numpy as np

from watchkeeper.adapters.simulated.noise import bell, key_of
from watchkeeper.adapters.simulated.shapes import (
    TICK_SECONDS,
    Shape,
    ShapeTable,
    shaped,
    table_of,
)
from watchkeeper.adapters.simulated.timeline import Floats
from watchkeeper.adapters.simulated.world import Host, World
from watchkeeper.domain.metric import CATALOGUE, Unit
from watchkeeper.domain.readings import Series

DEVICES = ("eth0",)  # network devices of every server
SWAP_FROM = 0.08  # below this share of free memory the kernel moves programs out
LAST_RATIO = 0.005  # the kernel keeps something for itself

Effect = Callable[[World, Host, Series, Floats, Floats], Floats]


class Telemetry:
    """The measuring of one world. Shapes of the same series are worked out once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tables: dict[tuple[Series, ...], ShapeTable] = {}

    def measured(self, series: tuple[Series, ...], times: Floats) -> Floats:
        """Values of series of known servers and services, shape (series, t).

        What happened is on top of the healthy formula, so history and the present agree.
        """
        if not series:
            return np.empty((0, len(times)))
        values = shaped(self._table(series), times)
        for row, one in enumerate(series):
            host = self._world.hosts[one.server]
            effect = _EFFECTS.get(one.metric)
            if effect is not None:
                values[row] = effect(self._world, host, one, values[row], times)
            if one.metric in host.noisy:
                values[row] += _added_noise(self._world, host, one, times)
        most = np.array([[_MOST.get(one.metric, np.inf)] for one in series])
        return np.clip(values, 0.0, most)

    def _table(self, series: tuple[Series, ...]) -> ShapeTable:
        if series not in self._tables:
            named = [(_name(one), _shape(self._world.hosts[one.server], one)) for one in series]
            self._tables[series] = table_of(named, self._world.blueprint.seed)
        return self._tables[series]


def memory_taken(world: World, host: Host, times: Floats) -> Floats:
    """What leaking services hold of the server's memory, shape (t,), ratio of 0–1."""
    taken = np.zeros(times.shape)
    for processes in world.on_server(host.name):
        if processes.leak.disturbed:
            taken += processes.leak.at(times)
    return taken


def _name(series: Series) -> str:
    if series.metric == "filesystem_free_ratio":
        return f"{series.server} {series.part}"  # as the world itself computes it
    return f"{series.server} {series}"


def _shape(host: Host, series: Series) -> Shape:
    pretend = host.pretend
    shapes = {
        "cpu_busy_ratio": Shape(
            level=pretend.idle_ratio, daily=pretend.busy_ratio, drift=0.015, noise=0.02
        ),
        "load_per_core": Shape(
            level=pretend.idle_ratio, daily=1.3 * pretend.busy_ratio, drift=0.03, noise=0.04
        ),
        "memory_available_ratio": Shape(
            level=1 - pretend.memory_ratio, daily=-0.06, drift=0.008, noise=0.004
        ),
        "inodes_free_ratio": Shape(level=0.93, drift=0.001),
        "disk_busy_ratio": Shape(level=0.03, daily=0.12, drift=0.01, noise=0.012),
    }
    if series.metric == "filesystem_free_ratio":
        return host.volumes[series.part].shape
    return shapes.get(series.metric, Shape(level=0.0))


def _added_noise(world: World, host: Host, series: Series, times: Floats) -> Floats:
    key = np.array([key_of(world.blueprint.seed, "noisy", str(series))], dtype=np.uint64)
    noise: Floats = bell(key, np.floor(times / TICK_SECONDS))[0]
    return host.noisy[series.metric].at(times) * noise


def _up(_: World, host: Host, __: Series, ___: Floats, times: Floats) -> Floats:
    return host.reachable.at(times)


def _probe(world: World, _: Host, series: Series, __: Floats, times: Floats) -> Floats:
    return world.answers(series.part, times).astype(np.float64)


def _processes(world: World, _: Host, series: Series, __: Floats, times: Floats) -> Floats:
    return world.processes[series.part].counted(times)


def _worked(world: World, host: Host, _: Series, values: Floats, times: Floats) -> Floats:
    """A server whose services are dead has little to do."""
    services = world.on_server(host.name)
    if not any(processes.disturbed for processes in services):
        return values
    at_work = np.mean([p.listening(times) for p in services], axis=0)
    less: Floats = values * (0.2 + 0.8 * at_work)
    return less


def _memory(world: World, host: Host, _: Series, values: Floats, times: Floats) -> Floats:
    taken = memory_taken(world, host, times)
    return np.maximum(values - taken, LAST_RATIO)


def _swap(world: World, host: Host, _: Series, values: Floats, times: Floats) -> Floats:
    """Once a leak has eaten the server's memory, the kernel moves programs out."""
    left = 1 - host.pretend.memory_ratio - memory_taken(world, host, times)
    swapped: Floats = values + np.maximum(SWAP_FROM - left, 0.0) / SWAP_FROM
    return swapped


def _space(world: World, host: Host, series: Series, values: Floats, times: Floats) -> Floats:
    return host.volumes[series.part].free(values, times)


_EFFECTS: dict[str, Effect] = {
    "up": _up,
    "probe_success": _probe,
    "service_processes": _processes,
    "cpu_busy_ratio": _worked,
    "load_per_core": _worked,
    "memory_available_ratio": _memory,
    "swap_used_ratio": _swap,
    "filesystem_free_ratio": _space,
}
_MOST = {  # where a metric has a ceiling
    metric.name: 1.0 for metric in CATALOGUE if metric.unit in (Unit.RATIO, Unit.STATE)
}
