"""``watchkeeper demo`` as a new user runs it, and what can be looked at afterwards."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.interfaces.cli.test_as_a_process import environment, run


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The folder of a demo that was played to its end, and its account."""
    folder = tmp_path_factory.mktemp("user")
    told = run(folder, "demo", "--data-dir", "data", "--output", "json")
    assert (told.returncode, told.stderr) == (0, "")
    return folder, json.loads(told.stdout)


def test_the_account_is_for_machines(left: tuple[Path, Any]) -> None:
    folder, account = left
    assert account["came_true"] is True
    assert account["data_dir"] == str(folder / "data")
    assert account["journal"]["ok"] is True
    assert [story["came_true"] for story in account["stories"]] == [True] * 6
    resolutions = [story["incidents"][0]["resolution"] for story in account["stories"]]
    assert resolutions == ["fixed", "fixed", "fixed", "fixed", None, "by_person"]
    assert account["stories"][2]["incidents"][0]["actions"][0]["approved_by"] == "person:alice"


def test_every_command_that_it_names_works_as_it_stands(left: tuple[Path, Any]) -> None:
    folder, account = left
    assert [command.split()[3] for command in account["next"]] == [
        *("incidents", "incidents", "explain", "changes", "audit"),
    ]
    said = {}
    for command in account["next"]:
        told = subprocess.run(
            ["/bin/sh", "-c", command],
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(folder),
            cwd=folder,
        )
        assert told.returncode == 0, told.stderr
        said[command.partition(" --data-dir")[0].rpartition(" ")[2]] = told.stdout
    failed = account["stories"][4]["incidents"][0]
    assert failed["id"] in said["list"]
    assert "## Follow-ups" in said[failed["id"]], "its post-mortem"
    together = [a["id"] for i in account["stories"][1]["incidents"] for a in i["actions"]]
    (explained,) = said.keys() & set(together)
    assert "another replica is under change" in said[explained]
    assert "all as written" in said["verify"]


def test_no_live_watch_begins_there(left: tuple[Path, Any]) -> None:
    folder, _ = left
    told = run(folder, "up", "--data-dir", "data")
    assert told.returncode == 3
    assert "the journal here is a demo's" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_live_installations_directory_is_refused_in_one_line(tmp_path: Path) -> None:
    granted = run(tmp_path, "kill", "engage", "--data-dir", "live")
    assert granted.returncode == 0
    told = run(tmp_path, "demo", "--data-dir", "live")
    assert (told.returncode, told.stdout) == (3, "")
    assert "this is a live installation's data directory" in told.stderr
    assert told.stderr.count("\n") == 1
    assert run(tmp_path, "audit", "verify", "--data-dir", "live").returncode == 0
