"""What of its own host Watchkeeper tells the gates to keep from every runbook."""

import sys
from pathlib import Path

from watchkeeper.bootstrap.own_places import own_places
from watchkeeper.bootstrap.settings import Settings


def test_its_data_its_runbooks_and_its_program_are_its_own(tmp_path: Path) -> None:
    data, runbooks = tmp_path / "data", tmp_path / "runbooks"
    places = own_places(Settings(runbooks=(runbooks,)), data)
    assert set(places) == {str(data), str(runbooks), str(Path(sys.prefix).resolve())}


def test_a_link_to_its_data_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert str(tmp_path / "real") in own_places(Settings(), tmp_path / "link")
