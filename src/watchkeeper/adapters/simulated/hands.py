"""What the library's templates do to the pretend data centre, task by task."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from watchkeeper.adapters.simulated.faults import Death, StartFailure
from watchkeeper.adapters.simulated.processes import Processes, StartAnswer
from watchkeeper.adapters.simulated.world import Host, World

SYSTEM_JOURNAL = "/var/log/journal"
GONE_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class TaskEnd:
    """How one task of a playbook ended on one host."""

    text: str
    changed: bool = False
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a job is to do: on which server, with which parameter values."""

    server: str
    values: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task: its title, about how long it takes, and what it does at its end."""

    title: str
    seconds: float
    work: Callable[[World, Order, float], TaskEnd]


def _find_unit(world: World, order: Order, _: float) -> TaskEnd:
    found = [p.service.unit for p in _ordered(world, order)]
    return TaskEnd(text=f"ok: {', '.join(found)}" if found else "no such unit", failed=not found)


def _start(world: World, order: Order, at: float) -> TaskEnd:
    ends = [_started(world, processes, at) for processes in _ordered(world, order)]
    return _together(ends)


def _started(world: World, processes: Processes, at: float) -> TaskEnd:
    answer = processes.start(at)
    if answer is StartAnswer.ALREADY_RUNNING:
        return TaskEnd(text="ok: already running")
    if answer is not StartAnswer.STARTED:
        world.tell(processes.name, at, f"{processes.service.unit}: {answer}")
        return TaskEnd(text=f"fatal: {answer}", failed=True)
    world.tell(processes.name, at, f"{processes.service.unit}: started")
    if processes.start_failure is StartFailure.DIES_AT_ONCE:
        world.schedule(at + GONE_AGAIN_SECONDS, lambda when: _gone(world, processes, when))
    return TaskEnd(text="changed: started", changed=True)


def _gone(world: World, processes: Processes, at: float) -> None:
    processes.die(at, Death.GROUP)
    world.tell(processes.name, at, f"{processes.service.unit}: assertion failed, core dumped")


def _stop_leftovers(world: World, order: Order, at: float) -> TaskEnd:
    stopped = sum(processes.stop_leftovers(at) for processes in _ordered(world, order))
    return TaskEnd(text=f"{stopped} left-over processes stopped", changed=stopped > 0)


def _rotate(world: World, order: Order, at: float) -> TaskEnd:
    """Only listed files, and only those on the file system that needs the space."""
    host = _host(world, order)
    listed = [path for p in world.on_server(order.server) for path in p.service.rotate]
    mounts = dict.fromkeys(
        host.volume_of(path).mount.path for path in listed if path in order.values
    )
    freed = sum(host.volumes[mount].rotate(at) for mount in mounts if mount in order.values)
    return TaskEnd(text=f"{freed:.1%} of the file system freed", changed=freed > 0)


def _vacuum(world: World, order: Order, at: float) -> TaskEnd:
    volume = _host(world, order).volume_of(SYSTEM_JOURNAL)
    freed = volume.vacuum(at) if volume.mount.path in order.values else 0.0
    return TaskEnd(text=f"{freed:.1%} of the file system freed", changed=freed > 0)


def _together(ends: list[TaskEnd]) -> TaskEnd:
    return TaskEnd(
        text="; ".join(end.text for end in ends),
        changed=any(end.changed for end in ends),
        failed=any(end.failed for end in ends),
    )


def _host(world: World, order: Order) -> Host:
    return world.hosts[order.server]


def _ordered(world: World, order: Order) -> Iterator[Processes]:
    """The services of the server that the order's values name by unit or by process."""
    for processes in world.on_server(order.server):
        if order.values & {processes.service.unit, processes.service.process}:
            yield processes


FIND_UNIT = Task(title="find the unit", seconds=1.0, work=_find_unit)

TASKS: dict[str, tuple[Task, ...]] = {
    "start_service": (FIND_UNIT, Task(title="start it", seconds=3.0, work=_start)),
    "stop_leftovers": (Task(title="stop left-over processes", seconds=2.0, work=_stop_leftovers),),
    "rotate_logs": (Task(title="rotate the listed logs", seconds=4.0, work=_rotate),),
    "vacuum_journal": (Task(title="cut the system journal", seconds=4.0, work=_vacuum),),
}
