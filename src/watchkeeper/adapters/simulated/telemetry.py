"""What the pretend data centre's exporters and probes measure, at any instants."""

from collections.abc import Callable, Sequence

import numpy as np

from watchkeeper.adapters.simulated.noise import bell, key_of
from watchkeeper.adapters.simulated.shapes import TICK_SECONDS, Shape, shaped
from watchkeeper.adapters.simulated.timeline import Floats
from watchkeeper.adapters.simulated.world import Host, World
from watchkeeper.domain.readings import Series

DEVICES = ("eth0",)  # network devices of every server
SWAP_FROM = 0.04  # below this share of free memory the kernel moves programs out

Effect = Callable[[World, Host, Series, Floats, Floats], Floats]


def measured(world: World, series: Sequence[Series], times: Floats) -> Floats:
    """Values of series of known servers and services, shape (series, t).

    What happened is on top of the healthy formula, so history and the present agree.
    """
    if not series:
        return np.empty((0, len(times)))
    named = [(_name(one), _shape(world.hosts[one.server], one)) for one in series]
    values = shaped(named, world.blueprint.seed, times)
    for row, one in enumerate(series):
        host = world.hosts[one.server]
        values[row] = _EFFECTS[one.metric](world, host, one, values[row], times)
        values[row] += _added_noise(world, host, one, times)
        if one.metric in _NOT_NEGATIVE:
            np.clip(values[row], 0.0, _NOT_NEGATIVE[one.metric], out=values[row])
    return values


def memory_taken(world: World, host: Host, times: Floats) -> Floats:
    """What leaking services hold of the server's memory, shape (t,), ratio of 0–1."""
    taken = np.zeros(times.shape)
    for processes in world.on_server(host.name):
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
    spread = host.noisy.get(series.metric)
    if spread is None:
        return np.zeros(times.shape)
    key = np.array([key_of(world.blueprint.seed, "noisy", str(series))], dtype=np.uint64)
    noise: Floats = spread.at(times) * bell(key, np.floor(times / TICK_SECONDS))[0]
    return noise


def _up(_: World, host: Host, __: Series, ___: Floats, times: Floats) -> Floats:
    return host.reachable.at(times)


def _probe(world: World, _: Host, series: Series, __: Floats, times: Floats) -> Floats:
    return world.answers(series.part, times).astype(np.float64)


def _processes(world: World, _: Host, series: Series, __: Floats, times: Floats) -> Floats:
    return world.processes[series.part].living(times)


def _worked(world: World, host: Host, _: Series, values: Floats, times: Floats) -> Floats:
    """A server whose services are dead has little to do."""
    services = world.on_server(host.name)
    at_work = np.mean([p.listening(times) for p in services], axis=0) if services else 1.0
    less: Floats = values * (0.2 + 0.8 * at_work)
    return less


def _memory(world: World, host: Host, _: Series, values: Floats, times: Floats) -> Floats:
    return np.maximum(values - memory_taken(world, host, times), 0.005)


def _swap(world: World, host: Host, series: Series, values: Floats, times: Floats) -> Floats:
    available = Series(server=series.server, metric="memory_available_ratio")
    short = np.maximum(SWAP_FROM - measured(world, (available,), times)[0], 0.0)
    swapped: Floats = values + short / SWAP_FROM * (memory_taken(world, host, times) > 0)
    return swapped


def _space(world: World, host: Host, series: Series, values: Floats, times: Floats) -> Floats:
    return host.volumes[series.part].free(values, times)


def _as_it_is(_: World, __: Host, ___: Series, values: Floats, ____: Floats) -> Floats:
    return values


_EFFECTS: dict[str, Effect] = {
    "up": _up,
    "probe_success": _probe,
    "service_processes": _processes,
    "cpu_busy_ratio": _worked,
    "load_per_core": _worked,
    "memory_available_ratio": _memory,
    "swap_used_ratio": _swap,
    "filesystem_free_ratio": _space,
    "inodes_free_ratio": _as_it_is,
    "disk_busy_ratio": _as_it_is,
    "network_errors_per_second": _as_it_is,
}
_NOT_NEGATIVE = {  # metric → the most it can be
    "cpu_busy_ratio": 1.0,
    "load_per_core": np.inf,
    "memory_available_ratio": 1.0,
    "swap_used_ratio": 1.0,
    "filesystem_free_ratio": 1.0,
    "inodes_free_ratio": 1.0,
    "disk_busy_ratio": 1.0,
    "network_errors_per_second": np.inf,
}
