"""A data directory is read by anybody who may, and written by one."""

from pathlib import Path

import pytest

from tests.unit.interfaces.standing import ACTION, ALICE, NOW, ask_for, begin_incident, raise_alert
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.audit import head_checked, rebuilt, rebuilt_aside, verified
from watchkeeper.bootstrap.data_directory import DataDirectoryRefused
from watchkeeper.bootstrap.opening import NoJournal, kill_page, reading, rehearsing, writing
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.authority import AUTHORITY, KillEngaged
from watchkeeper.ports.errors import JournalClosed, JournalLocked

CLOCK = ManualClock(NOW)
ENGAGED = Draft(stream=AUTHORITY, body=KillEngaged(scope="all"))


async def test_what_is_written_can_be_read_meanwhile_and_not_changed(tmp_path: Path) -> None:
    async with writing(tmp_path / "data", CLOCK) as journal:
        await begin_incident(journal)
        await raise_alert(journal, details="lines")
        async with reading(tmp_path / "data") as seen:
            with pytest.raises(JournalClosed, match="opened for reading"):
                await seen.append(ALICE, (ENGAGED,))
            assert await seen.head() == await journal.head()
            assert await seen.entries() == await journal.entries()
            assert await seen.held("incident/I1") == await journal.held("incident/I1")
            assert await seen.open_streams("action") == await journal.open_streams("action")
            assert await seen.all_streams("alert") == await journal.all_streams("alert")
            assert await seen.next_wake() == await journal.next_wake()
            assert await seen.due(NOW) == await journal.due(NOW)
            assert await seen.cursor("router") == 0
            assert await seen.blob("nothing") is None
            assert not await seen.claim("action/A1", "worker", 1.0)
            await seen.changed(0)
            await seen.close()


async def test_only_one_process_writes(tmp_path: Path) -> None:
    async with writing(tmp_path / "data", CLOCK):
        with pytest.raises(JournalLocked):
            async with writing(tmp_path / "data", CLOCK):
                pytest.fail("two writers")
        with pytest.raises(JournalLocked):
            rebuilt(tmp_path / "data")
    async with writing(tmp_path / "data", CLOCK):
        pass


async def test_the_kill_page_is_laid_down_once_and_never_again(tmp_path: Path) -> None:
    """A page that was taken away says stop, also after the next start."""
    home = tmp_path / "data"
    async with writing(home, CLOCK) as journal:
        assert not kill_page(home).engaged()
        await journal.append(ALICE, (ENGAGED,))
    (home / "kill.page").unlink()
    async with writing(home, CLOCK):
        assert kill_page(home).engaged()


async def test_a_rehearsal_begins_no_journal(tmp_path: Path) -> None:
    async with rehearsing(tmp_path / "data", CLOCK) as journal:
        assert (await journal.head()).size == 0
    assert not (tmp_path / "data").exists()


async def test_where_there_is_no_journal_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataDirectoryRefused):
        async with reading(tmp_path / "nowhere"):
            pytest.fail("opened nothing")
    with pytest.raises(NoJournal):
        async with reading(tmp_path):
            pytest.fail("opened nothing")
    with pytest.raises(NoJournal):
        verified(tmp_path)


async def test_the_whole_journal_is_verified_and_made_anew_offline(tmp_path: Path) -> None:
    home = tmp_path / "data"
    async with writing(home, CLOCK) as journal:
        await ask_for(journal, ACTION)
        head = await journal.head()
    report = verified(home)
    assert (report.ok, report.entries) == (True, head.size)
    assert await head_checked(home) == (head, True)
    assert rebuilt_aside(home) == rebuilt(home) == ()
