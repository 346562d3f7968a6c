"""The watchman: what is wrong with the watch itself stops it acting, and is told once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.ports import Fitness
from watchkeeper.bootstrap.pulse import Pulse
from watchkeeper.bootstrap.watchman import Books, Senses, Watchman
from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, Draft, Entry
from watchkeeper.domain.events.installation import BecameFit, BecameUnfit, ClockJumped
from watchkeeper.domain.fitness import Ailment
from watchkeeper.domain.notice import Notice, NoticeKind
from watchkeeper.domain.record import entry_of
from watchkeeper.engine.loop_lag import LoopLag
from watchkeeper.ports.errors import JournalFailed, SourceUnavailable
from watchkeeper.ports.journal import CursorMove

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class FailingJournal(MemoryJournal):
    """A journal that cannot be written as long as a story wants."""

    failing = False

    async def append(
        self,
        actor: Actor,
        drafts: Sequence[Draft],
        blobs: Sequence[Blob] = (),
        cursor: CursorMove | None = None,
    ) -> tuple[Entry, ...]:
        if self.failing:
            raise JournalFailed("database or disk is full")
        return await super().append(actor, drafts, blobs, cursor)


@dataclass
class Pager:
    deaf: bool = False
    taken: list[Notice] = field(default_factory=list)

    async def notify(self, notice: Notice) -> None:
        if self.deaf:
            raise SourceUnavailable("notifications", "refused", "no")
        self.taken.append(notice)

    async def check(self) -> None:
        """Always there."""


class Bridge:
    """A watchman with everything that he looks at in the story's hands."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.disk = Disk()
        self.journal = FailingJournal(self.disk, FOLDS, self.clock)
        self.pager = Pager()
        self.fitness = Fitness()
        self.used = 0.5
        self.jumped: list[float] = []
        self.room_left = True
        self.pulse = Pulse(self.journal, self._room)
        self.watchman = Watchman(
            Senses(
                space=lambda: ("/var", self.used),
                synchronised=lambda: None,
                jumped=lambda: self.jumped.pop() if self.jumped else None,
                lag=LoopLag(),
                pulse=self.pulse,
            ),
            Books(
                journal=self.journal,
                identifiers=SeededIdentifiers(self.clock, 1),
                clock=self.clock,
                notifier=self.pager,
            ),
            self.fitness,
        )

    def _room(self) -> None:
        if not self.room_left:
            raise OSError(28, "No space left on device")

    async def look(self) -> list[object]:
        """A look; the whole journal after it."""
        await self.pulse.write()
        await self.watchman.look()
        return [entry_of(record).body for record in self.disk.records]

    @property
    def wrong(self) -> list[Ailment]:
        return [unfit.ailment for unfit in self.fitness.wrong]


async def test_all_is_well_and_nothing_is_said() -> None:
    bridge = Bridge()
    assert await bridge.look() == []
    assert bridge.wrong == []
    assert bridge.pulse.written_at is not None


async def test_a_filling_disk_is_told_once_and_its_end_once() -> None:
    bridge = Bridge()
    bridge.used = 0.95
    [said] = await bridge.look()
    assert isinstance(said, BecameUnfit) and said.ailments == (Ailment.DISK,)
    assert bridge.wrong == [Ailment.DISK]
    assert "95%" in bridge.disk.blobs[said.text].text
    assert len(await bridge.look()) == 1
    bridge.used = 0.5
    assert (await bridge.look())[1:] == [BecameFit()]
    assert (await bridge.look())[1:] == [BecameFit()]
    assert bridge.wrong == []
    assert bridge.pager.taken == [], "whoever follows the journal pages"


async def test_a_clock_that_stepped_back_is_journalled_and_stops_acting() -> None:
    bridge = Bridge()
    bridge.jumped = [-3600.0]
    jump, unfit = await bridge.look()
    assert jump == ClockJumped(seconds=-3600.0)
    assert isinstance(unfit, BecameUnfit) and unfit.ailments == (Ailment.CLOCK,)
    assert len(await bridge.look()) == 2, "it is still not known to be right"


async def test_a_second_ailment_is_told_too() -> None:
    bridge = Bridge()
    bridge.used = 0.95
    await bridge.look()
    bridge.jumped = [60.0]
    said = (await bridge.look())[-1]
    assert isinstance(said, BecameUnfit) and said.ailments == (Ailment.DISK, Ailment.CLOCK)


async def test_a_journal_that_cannot_be_written_stops_acting_and_pages_without_it() -> None:
    bridge = Bridge()
    bridge.journal.failing = True
    assert await bridge.look() == []
    assert bridge.wrong == [Ailment.JOURNAL]
    await bridge.look()
    assert [notice.kind for notice in bridge.pager.taken] == [NoticeKind.UNFIT]


async def test_what_the_journal_missed_is_written_down_when_it_works_again() -> None:
    bridge = Bridge()
    bridge.journal.failing = True
    await bridge.look()
    bridge.journal.failing = False
    unfit, fit = await bridge.look()
    assert isinstance(unfit, BecameUnfit) and unfit.ailments == (Ailment.JOURNAL,)
    assert fit == BecameFit()
    assert len(await bridge.look()) == 2


async def test_a_page_that_nobody_took_is_tried_at_the_next_look() -> None:
    bridge = Bridge()
    bridge.journal.failing, bridge.pager.deaf = True, True
    await bridge.look()
    bridge.pager.deaf = False
    await bridge.look()
    assert len(bridge.pager.taken) == 1


async def test_no_room_for_anything_new_is_a_journal_that_cannot_be_written() -> None:
    bridge = Bridge()
    bridge.room_left = False
    await bridge.look()
    assert bridge.wrong == [Ailment.JOURNAL]
    bridge.room_left = True
    await bridge.look()
    assert bridge.wrong == []


async def test_the_pulse_leaves_no_entry_and_moves_with_the_journal() -> None:
    bridge = Bridge()
    bridge.used = 0.95
    await bridge.look()
    await bridge.pulse.write()
    assert len(bridge.disk.records) == 1
    assert await bridge.journal.cursor("pulse") == 1
