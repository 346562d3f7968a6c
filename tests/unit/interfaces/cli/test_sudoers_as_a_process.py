"""`watchkeeper runbooks sudoers` as its user runs it."""

import json
from pathlib import Path

import pytest

from tests.unit.interfaces.cli.test_as_a_process import run

ESTATE = """\
servers:
  - {name: stock-1, class: stock, address: 192.0.2.7, user: watch}
  - {name: stock-2, class: stock, address: 192.0.2.8, user: guard}
  - {name: web-1, class: web, address: 192.0.2.9, user: watch}
services:
  - {name: stock, server: stock-1, unit: stock, process: nginx, pid_file: /run/stock.pid}
  - {name: shop, server: web-1, unit: shop}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "estate.yaml").write_text(ESTATE)
    (tmp_path / "watchkeeper.yaml").write_text("estate: estate.yaml\n")
    return tmp_path


def test_the_least_that_a_class_needs(place: Path) -> None:
    told = run(place, "runbooks", "sudoers", "web", "--config", "watchkeeper.yaml")
    assert told.returncode == 0, told.stderr
    assert (
        "watch ALL=(root) NOPASSWD: /usr/local/lib/watchkeeper/start_service unit\\=shop"
        in told.stdout
    )
    assert "leftovers process" not in told.stdout, "it has no process and no pid file"
    assert "NOPASSWD: ALL" not in told.stdout


def test_with_helpers_and_a_user_for_programs(place: Path) -> None:
    told = run(place, "runbooks", "sudoers", "stock", "--user", "watch", "--helpers", "made",
               "--config", "watchkeeper.yaml", "--output", "json")  # fmt: skip
    assert told.returncode == 0, told.stderr
    body = json.loads(told.stdout)
    assert body["user"] == "watch"
    assert [Path(each).name for each in body["helpers"]] == ["leftovers", "start_service"]
    assert (place / "made" / "start_service").exists()


@pytest.mark.parametrize(
    ("server_class", "why"), [("stock", "several users"), ("nobody", "no server of this class")]
)
def test_where_nobody_says_who_acts_it_asks(place: Path, server_class: str, why: str) -> None:
    told = run(place, "runbooks", "sudoers", server_class, "--config", "watchkeeper.yaml")
    assert told.returncode == 3
    assert why in told.stderr
    assert told.stderr.count("\n") == 1
