"""A demo leaves its journal where nobody else keeps one."""

from pathlib import Path

import pytest

from tests.unit.bootstrap.starts import begun
from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.bootstrap.pretend import Whose, marked, whose
from watchkeeper.lab.demo_place import LiveJournal, demo_place, occupied
from watchkeeper.ports.errors import JournalLocked


def left(folder: Path) -> dict[str, bytes]:
    """What lies there, but for the files that every reader of the database lays beside it."""
    aside = ("-wal", "-shm")
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.endswith(aside)}


@pytest.mark.parametrize("versions", [("0.1.0",), (marked("0.1.0"), "0.1.0")])
async def test_a_live_journal_is_refused_and_stays_as_it_is(
    tmp_path: Path, versions: tuple[str, ...]
) -> None:
    folder = tmp_path / "data"
    await begun(folder, *versions)
    before = left(folder)
    with pytest.raises(LiveJournal, match="with --data-dir") as refusal, occupied(folder):
        pytest.fail("it went in")
    assert "\n" not in str(refusal.value)
    assert left(folder) == before


@pytest.mark.parametrize("name", ["api-token", "kill.page", "kill.page.laid"])
def test_an_installation_that_has_not_begun_its_journal_is_refused_too(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / name).write_text("mine")
    with pytest.raises(LiveJournal), occupied(folder):
        pytest.fail("it went in")
    assert list(left(folder)) == [name]


async def test_an_earlier_demo_makes_room_and_what_else_lies_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await begun(folder, marked("0.1.0"))
    (folder / "notes.txt").write_text("mine")
    with occupied(folder) as home:
        assert set(left(home)) == {"lock", "notes.txt"}
        assert whose(home) is Whose.NOBODYS


async def test_an_empty_journal_is_nobodys(tmp_path: Path) -> None:
    """A demo that was stopped before its first word does not stand in the way of the next."""
    folder = tmp_path / "data"
    await begun(folder)
    for page in folder.glob("kill.page*"):
        page.unlink()
    assert (folder / FILE).exists()
    with occupied(folder):
        pass


def test_one_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    lock = DirectoryLock(folder)
    with pytest.raises(JournalLocked), occupied(folder):
        pytest.fail("it went in")
    lock.release()
    with occupied(folder):
        pass


def test_without_a_word_it_has_a_place_beside_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WATCHKEEPER_DATA_DIR", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert demo_place(None) == tmp_path / "watchkeeper-demo"
    assert demo_place(tmp_path / "here") == tmp_path / "here"
    monkeypatch.setenv("WATCHKEEPER_DATA_DIR", str(tmp_path / "said"))
    assert demo_place(None) == tmp_path / "said", "whoever names a directory means it"
