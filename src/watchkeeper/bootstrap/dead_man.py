"""The dead man's switch: signs of life, given only while the watch is really kept."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from watchkeeper.adapters.system.service_manager import ServiceManager
from watchkeeper.bootstrap.pulse import Pulse
from watchkeeper.bootstrap.running import Gauges
from watchkeeper.domain.liveness import Signs, not_kept, standing_still
from watchkeeper.orchestration.paging import Paging
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.heartbeat import Heartbeat
from watchkeeper.ports.notifier import Notifier

log = structlog.get_logger()

AGAIN_SECONDS = 5.0  # after a beat that could not be given


class Life:
    """How long ago the watch last did what a watch does."""

    def __init__(
        self,
        *,
        cycle_seconds: float,
        gauges: Gauges,
        pulse: Pulse,
        clock: Clock,
        paging: Paging | None = None,
    ) -> None:
        self._cycle_seconds = cycle_seconds
        self._gauges = gauges
        self._pulse = pulse
        self._clock = clock
        self._paging = paging
        self._began = clock.now()

    def signs(self) -> Signs:
        """What can be seen from inside."""
        now, loop = self._clock.now(), asyncio.get_running_loop().time()
        ended, written = self._gauges.cycle_at, self._pulse.written_at
        waiting = self._paging.failing_since if self._paging else None
        return Signs(
            cycle_seconds=self._cycle_seconds,
            cycle_ago_seconds=None if ended is None else (now - ended).total_seconds(),
            written_ago_seconds=None if written is None else loop - written,
            notice_waiting_seconds=None if waiting is None else (now - waiting).total_seconds(),
        )

    def stuck(self) -> tuple[str, ...]:
        """What a new start might mend; a start of its own has the time of a cycle."""
        signs, age = self.signs(), (self._clock.now() - self._began).total_seconds()
        cycle, written = signs.cycle_ago_seconds, signs.written_ago_seconds
        return standing_still(
            replace(
                signs,
                cycle_ago_seconds=age if cycle is None else cycle,
                written_ago_seconds=age if written is None else written,
            )
        )


class DeadMan:
    """Gives the signs, and tells /metrics."""

    def __init__(
        self,
        life: Life,
        heartbeat: Heartbeat,
        notifier: Notifier | None,
        clock: Clock,
        every_seconds: float,
    ) -> None:
        self._life = life
        self._heartbeat = heartbeat
        self._notifier = notifier
        self._clock = clock
        self._every_seconds = every_seconds
        self._silent: tuple[str, ...] = ()
        self.beats = 0
        self.beat_at: float | None = None  # Unix time

    async def run(self) -> None:
        """For ever: a beat, or the reason why there is none."""
        while True:
            given = await self.beat()
            await asyncio.sleep(
                self._every_seconds if given else min(AGAIN_SECONDS, self._every_seconds)
            )

    async def beat(self) -> bool:
        """Whether a sign of life was given and taken."""
        why = not_kept(replace(self._life.signs(), notifier_fault=await self._fault()))
        if not why:
            try:
                now = self._clock.now()
                await self._heartbeat.beat(now)
            except SourceUnavailable as failure:
                why = (str(failure),)
            else:
                self.beats += 1
                self.beat_at = now.timestamp()
        self._tell(why)
        return not why

    def counts(self) -> dict[str, float]:
        """For /metrics."""
        told = {"heartbeats_total": float(self.beats), "heartbeat_up": float(not self._silent)}
        return (
            told if self.beat_at is None else told | {"heartbeat_timestamp_seconds": self.beat_at}
        )

    async def _fault(self) -> str:
        if self._notifier is None:
            return ""
        try:
            await self._notifier.check()
        except SourceUnavailable as failure:
            return failure.word
        return ""

    def _tell(self, why: tuple[str, ...]) -> None:
        if why and not self.beats:
            log.info("heartbeat_waits", because="; ".join(why))
        elif why and why != self._silent:
            log.warning("heartbeat_withheld", because="; ".join(why))
        elif self._silent and not why:
            log.info("heartbeat_again")
        self._silent = why


async def keep_alive(manager: ServiceManager, stuck: Callable[[], tuple[str, ...]]) -> None:
    """For ever: tell systemd that the watch is kept, as long as a new start would mend nothing."""
    manager.ready()
    every = manager.watchdog_seconds
    while every is not None:
        why = stuck()
        if why:
            log.error("standing_still", because="; ".join(why))
        else:
            manager.alive()
        await asyncio.sleep(every / 4)
    await asyncio.Event().wait()
