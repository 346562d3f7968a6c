"""Who watches the watchman: Watchkeeper's own health, and what it means for acting."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from watchkeeper.bootstrap.ports import Fitness
from watchkeeper.bootstrap.pulse import WATCHMAN, Pulse
from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.entry import Body, Draft
from watchkeeper.domain.events.installation import (
    INSTALLATION,
    BecameFit,
    BecameUnfit,
    ClockJumped,
)
from watchkeeper.domain.fitness import Ailment, Unfit, Vitals, ailments
from watchkeeper.domain.notice import Notice, NoticeKind
from watchkeeper.engine.loop_lag import LoopLag
from watchkeeper.orchestration.notices import unfit_text
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import JournalFailed, SourceUnavailable
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.notifier import Notifier

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Senses:
    """What is looked at each time."""

    space: Callable[[], tuple[str, float]]  # mount and used ratio; may raise OSError
    synchronised: Callable[[], bool | None]
    jumped: Callable[[], float | None]  # seconds that the wall clock jumped since the last look
    lag: LoopLag
    pulse: Pulse


@dataclass(frozen=True, kw_only=True)
class Books:
    """Where it is written down, and who is told where it cannot be."""

    journal: Journal
    identifiers: Identifiers
    clock: Clock
    notifier: Notifier | None


class Watchman:
    """Looks every few seconds; journals once that acting stops, and once that it may go on."""

    def __init__(self, senses: Senses, books: Books, fitness: Fitness) -> None:
        self._senses = senses
        self._books = books
        self._fitness = fitness
        self._told: frozenset[Ailment] = frozenset()
        self._paged: frozenset[Ailment] = frozenset()
        self._owed: tuple[Unfit, ...] = ()  # what the journal could not be told
        self._jump: tuple[float, float] | None = None  # seconds, and the loop's time at that moment
        self._jumps: list[float] = []  # still to be journalled
        self.used_ratio: float | None = None

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> None:
        """Measure, and first of all let the gates know; then write down what is new."""
        vitals = await self._measured()
        wrong = ailments(vitals, self._fitness.wrong)
        self._fitness.wrong = wrong
        if Ailment.JOURNAL not in _named(wrong):  # else it would only wait there
            try:
                await self._written(wrong)
                return
            except JournalFailed as failure:
                log.error("fitness_not_journalled", error=str(failure))
        self._owed = wrong or self._owed
        await self._paged_directly(wrong)

    async def _measured(self) -> Vitals:
        senses, now = self._senses, asyncio.get_running_loop().time()
        jumped = senses.jumped()
        if jumped is not None:
            log.warning("clock_jumped", seconds=jumped)
            self._jump = (jumped, now)
            self._jumps.append(jumped)
        mount, self.used_ratio = await asyncio.to_thread(self._space)
        seconds, at = self._jump or (0.0, None)
        return Vitals(
            mount=mount,
            used_ratio=self.used_ratio,
            synchronised=senses.synchronised(),
            jumped_seconds=seconds,
            jumped_ago_seconds=None if at is None else now - at,
            lag_seconds=senses.lag.sustained(),
            write_seconds=senses.pulse.seconds(),
            write_failed=senses.pulse.failed,
        )

    def _space(self) -> tuple[str, float | None]:
        try:
            return self._senses.space()
        except OSError:
            return "", None

    async def _written(self, wrong: tuple[Unfit, ...]) -> None:
        while self._jumps:
            await self._say(ClockJumped(seconds=self._jumps[0]))
            self._jumps.pop(0)
        now = _named(wrong)
        if now - self._told or (self._owed and not self._told):
            await self._say_unfit(wrong or self._owed)
            self._told = now or _named(self._owed)
        self._owed = ()
        if self._told and not now:
            await self._say(BecameFit())
        self._told = self._paged = now

    async def _say_unfit(self, wrong: tuple[Unfit, ...]) -> None:
        told = "\n".join(unfit.reason for unfit in wrong)
        text = sealed(told, self._books.identifiers.salt())
        named = tuple(unfit.ailment for unfit in wrong)
        await self._say(BecameUnfit(ailments=named, text=text.digest), text)

    async def _say(self, body: Body, *blobs: Blob) -> None:
        await self._books.journal.append(WATCHMAN, (Draft(stream=INSTALLATION, body=body),), blobs)

    async def _paged_directly(self, wrong: tuple[Unfit, ...]) -> None:
        """The journal, which pages are made from, cannot be written: page without it, once."""
        now = _named(wrong)
        if not now - self._paged:
            return
        for unfit in wrong:
            log.error("unfit", ailment=unfit.ailment.value, reason=unfit.reason)
        if self._books.notifier is not None:
            try:
                await self._books.notifier.notify(_notice(wrong, self._books.clock.now()))
            except SourceUnavailable as failure:
                log.warning("notice_not_delivered", reason=str(failure))
                return
        self._paged = now


def _named(wrong: tuple[Unfit, ...]) -> frozenset[Ailment]:
    return frozenset(unfit.ailment for unfit in wrong)


def _notice(wrong: tuple[Unfit, ...], at: datetime) -> Notice:
    named = tuple(unfit.ailment for unfit in wrong)
    return Notice(
        id=f"{at:%Y%m%dT%H%M%S}-unjournalled",
        kind=NoticeKind.UNFIT,
        at=at,
        text=unfit_text(named),
        see="watchkeeper doctor",
    )
