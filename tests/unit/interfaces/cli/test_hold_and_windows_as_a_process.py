"""Holding a server, and the windows, as a person at a terminal has them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.adapters.files.test_calendars import TUESDAYS, calendar


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "estate.yaml").write_text(
        "servers:\n  - {name: web-1, class: web}\n  - {name: db-1, class: database}\n"
    )
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "team.ics").write_text(calendar(TUESDAYS))
    (tmp_path / "watchkeeper.yaml").write_text(
        "estate: estate.yaml\nwindows:\n  directory: calendars\n"
    )
    return tmp_path


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WATCHKEEPER_")}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "watchkeeper",
            *arguments,
            "--config",
            str(place / "watchkeeper.yaml"),
            "--data-dir",
            str(place / "data"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
    )


def test_a_server_is_held_listed_and_let_go(place: Path) -> None:
    placed = run(place, "hold", "web-1", "--for", "90m", "--reason", "a new disk")
    assert placed.returncode == 0, placed.stderr
    assert placed.stdout.startswith("web-1 is held until ")
    (hold,) = json.loads(run(place, "hold", "list", "--output", "json").stdout)
    assert (hold["server"], hold["reason"]) == ("web-1", "a new disk")
    assert run(place, "hold", "lift", "web-1").stdout == "web-1 is let go\n"
    assert run(place, "hold", "list").stdout == "nothing is held\n"


def test_what_cannot_be_held_is_refused_with_a_reason(place: Path) -> None:
    unknown = run(place, "hold", "web-9")
    assert unknown.returncode == 1
    assert unknown.stdout.startswith("refused: web-9: No server of the estate")
    assert run(place, "hold", "lift", "web-1").returncode == 1
    wrong = run(place, "hold", "web-1", "--for", "soon")
    assert wrong.returncode == 2 and "30m, 2h or 3d" in wrong.stderr
    assert run(place, "hold", "web-1", "--for", "8d").returncode == 1


def test_a_rehearsed_hold_holds_nothing(place: Path) -> None:
    run(place, "hold", "db-1")
    said = run(place, "hold", "web-1", "--dry-run").stdout
    assert said.startswith("web-1 would be held until ")
    held = json.loads(run(place, "hold", "list", "--output", "json").stdout)
    assert [each["server"] for each in held] == ["db-1"]


def test_the_windows_of_everything_and_of_one_server(place: Path) -> None:
    listed = run(place, "windows", "list", "--days", "30")
    assert listed.returncode == 0, listed.stderr
    assert "Tuesday night" in listed.stdout and "Europe/Berlin" in listed.stdout
    web = run(place, "windows", "show", "web-1")
    assert web.stdout.startswith("web-1 (class web) acts alone only within its windows")
    database = run(place, "windows", "show", "db-1")
    assert "has no windows" in database.stdout and "no window and no freeze" in database.stdout
    assert run(place, "windows", "show", "web-9").returncode == 2


def test_a_calendar_that_cannot_be_read_is_a_finding(place: Path) -> None:
    (place / "calendars" / "broken.ics").write_text("nothing")
    listed = run(place, "windows", "list")
    assert listed.returncode == 1
    assert "cannot be read, so a person is asked about everything: broken.ics" in listed.stdout
