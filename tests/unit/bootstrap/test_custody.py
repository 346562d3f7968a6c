"""An executor whose ledger was put back from a backup starts killed, and says so once."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.engine.workshop import KEY, WARRANT, PlayedAutomation
from watchkeeper.adapters.ledger.spent_ledger import SpentLedger
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.custody import stopped_for_its_ledger
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.ports import Hands
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.events.authority import AUTHORITY, WarrantMinted
from watchkeeper.engine.spend import Till, WarrantVoid, spend

AUTHORITY_ITSELF = Actor(kind=ActorKind.AUTHORITY, name="authority")
HANDS = Actor(kind=ActorKind.EXECUTOR, name="hands")


class House:
    """A journal, a page, and an executor with its ledger on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ledger"
        self.clock = ManualClock(WARRANT.start_before.replace(minute=0))
        self.journal = MemoryJournal(Disk(), FOLDS, self.clock)
        self.page = SimulatedKillPage()

    async def spend(self, name: str) -> None:
        warrant = replace(WARRANT, id=name)
        minted = WarrantMinted(warrant=warrant, server_class="web", autonomous=True)
        await self.journal.append(AUTHORITY_ITSELF, (Draft(stream=AUTHORITY, body=minted),))
        till = Till(
            by=HANDS,
            seal=KEY.check(),
            ledger=SpentLedger(self.folder),
            journal=self.journal,
            clock=self.clock,
            page=self.page,
        )
        await spend(warrant, KEY.sign(warrant.statement), till)

    async def start(self) -> bool:
        """Whether it starts killed for its ledger."""
        hands = Hands(
            automation=PlayedAutomation(), seal=KEY.check(), ledger=SpentLedger(self.folder)
        )
        stopped = bool(await stopped_for_its_ledger(self.journal, hands, self.page))
        assert stopped is self.page.engaged()
        return stopped


async def test_a_ledger_of_its_own_starts_as_ever(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert not await house.start()
    await house.spend("A1-w")
    assert not await house.start()


@pytest.mark.parametrize("backup", ["older", "none"])
async def test_a_ledger_put_back_from_a_backup_starts_killed(tmp_path: Path, backup: str) -> None:
    house = House(tmp_path)
    await house.spend("A1-w")
    shutil.copytree(house.folder, tmp_path / "backup")
    await house.spend("A2-w")
    shutil.rmtree(house.folder)
    if backup == "older":
        shutil.copytree(tmp_path / "backup", house.folder)
    assert await house.start()


async def test_once_a_person_released_it_the_ledger_counts_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.spend("A1-w")
    shutil.rmtree(house.folder)
    assert await house.start()
    house.page.release()
    assert not await house.start()
    await house.spend("A2-w")
    assert not await house.start()
    with pytest.raises(WarrantVoid, match="already-spent"):
        await house.spend("A2-w")


async def test_a_ledger_that_cannot_be_read_starts_killed(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.spend("A1-w")
    (house.folder / "counted").write_text("no number")
    assert await house.start()
