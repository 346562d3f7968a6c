"""Everything that looks after Watchkeeper itself, put together beside a watch."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from watchkeeper.adapters.system.clock_jumps import ClockJumps
from watchkeeper.adapters.system.room import room_in
from watchkeeper.adapters.system.service_manager import ServiceManager
from watchkeeper.adapters.system.vital_signs import space_under, synchronised
from watchkeeper.adapters.webhook.notifier import WebhookNotifier
from watchkeeper.bootstrap.assembly import Watchkeeper
from watchkeeper.bootstrap.dead_man import DeadMan, Life, keep_alive
from watchkeeper.bootstrap.pulse import Pulse
from watchkeeper.bootstrap.receivers import Receivers, receivers
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.bootstrap.watchman import Books, Senses, Watchman
from watchkeeper.engine.consume import Consumer
from watchkeeper.orchestration.paging import NOTIFIER, Paging

CONSUMER = "notifier"


def begin(app: Watchkeeper, settings: Settings, data_dir: Path, stack: AsyncExitStack) -> None:
    """Start the watchman, the messages, the heartbeat and systemd's watchdog."""
    ports, gauges, keep = app.ports, app.gauges, app.tasks.keep
    named = receivers(settings)
    pulse = Pulse(app.ports.journal, lambda: room_in(data_dir))
    for each in (named.notifier, named.heartbeat):
        if each is not None:
            stack.push_async_callback(each.close)
    watchman = Watchman(
        Senses(
            space=_space(data_dir),
            synchronised=synchronised,
            jumped=ClockJumps().poll,
            lag=gauges.lag,
            pulse=pulse,
        ),
        Books(
            journal=ports.journal,
            identifiers=ports.identifiers,
            clock=ports.clock,
            notifier=named.notifier,
        ),
        ports.fitness,
    )
    paging = _paging(app, named.notifier)
    life = Life(
        cycle_seconds=settings.monitoring.cycle_seconds,
        gauges=gauges,
        pulse=pulse,
        clock=ports.clock,
        paging=paging,
    )
    gauges.ask(lambda: _counts(app, watchman, pulse, paging))
    keep("loop lag", gauges.lag.run)
    keep("pulse", pulse.run)
    keep("watchman", watchman.run)
    _signs_of_life(app, settings, named, life)


def _signs_of_life(app: Watchkeeper, settings: Settings, named: Receivers, life: Life) -> None:
    manager = ServiceManager()
    app.tasks.keep("service manager", lambda: keep_alive(manager, life.stuck))
    if named.heartbeat is not None and settings.heartbeat is not None:
        every = settings.heartbeat.every_seconds
        dead_man = DeadMan(life, named.heartbeat, named.notifier, app.ports.clock, every)
        app.gauges.ask(dead_man.counts)
        app.tasks.keep("heartbeat", dead_man.run)


def _paging(app: Watchkeeper, notifier: WebhookNotifier | None) -> Paging | None:
    """Messages by way of the journal, so that none is lost over a new start."""
    if notifier is None:
        return None
    paging = Paging(notifier=notifier, journal=app.ports.journal, clock=app.ports.clock)
    consumer = Consumer(
        name=CONSUMER,
        actor=NOTIFIER,
        journal=app.ports.journal,
        handle=paging,
        crew=app.tasks,
    )
    app.tasks.keep("notifier", consumer.run)
    return paging


def _space(folder: Path) -> Callable[[], tuple[str, float]]:
    def look() -> tuple[str, float]:
        space = space_under(folder)
        return space.mount, space.used_ratio

    return look


def _counts(
    app: Watchkeeper, watchman: Watchman, pulse: Pulse, paging: Paging | None
) -> dict[str, float]:
    """For /metrics."""
    told = {
        "fit_to_act": float(not app.ports.fitness.wrong),
        "notices_failing": float(bool(paging and paging.failing_since)),
    }
    if watchman.used_ratio is not None:
        told["data_directory_used_ratio"] = watchman.used_ratio
    took = pulse.seconds()
    return told if took is None else told | {"journal_write_seconds": took}
