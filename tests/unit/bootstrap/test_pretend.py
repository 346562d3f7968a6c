"""A live watch does not begin where a demo has left its journal."""

from pathlib import Path

import pytest

from tests.unit.bootstrap.starts import begun
from watchkeeper.bootstrap.app import serve
from watchkeeper.bootstrap.pretend import PretendJournal, Whose, marked, refuse_pretend, whose
from watchkeeper.bootstrap.running import Running
from watchkeeper.bootstrap.settings import Settings


async def surfaces(_: Running) -> None:
    pytest.fail("it has begun")


@pytest.mark.parametrize(
    ("versions", "here"),
    [
        ((), Whose.NOBODYS),
        (("0.1.0",), Whose.LIVE),
        ((marked("0.1.0"), marked("0.2.0")), Whose.A_DEMOS),
        ((marked("0.1.0"), "0.1.0"), Whose.LIVE),
    ],
)
async def test_whose_it_is_stands_in_the_journal(
    tmp_path: Path, versions: tuple[str, ...], here: Whose
) -> None:
    assert whose(tmp_path / "data") is Whose.NOBODYS
    await begun(tmp_path / "data", *versions)
    assert whose(tmp_path / "data") is here


async def test_a_watch_is_refused_where_a_demo_has_been(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await begun(folder, marked("0.1.0"))
    with pytest.raises(PretendJournal, match="name another directory with --data-dir"):
        await serve(Settings(), folder, "0.1.0", surfaces)
    await begun(tmp_path / "live", "0.1.0")
    refuse_pretend(tmp_path / "live")
    refuse_pretend(tmp_path / "nowhere")
