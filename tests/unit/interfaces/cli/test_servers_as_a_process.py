"""`watchkeeper servers` as its user runs it, over files and a real watch."""

import json
import urllib.request
from pathlib import Path

import pytest

from tests.acceptance.rig.waiting import until
from tests.unit.interfaces.cli.test_as_a_process import free_port, run, until_ready, watching

ESTATE = """\
servers:
  - {name: web-1, class: web, address: local}
services:
  - {name: shop, server: web-1, depends_on: [stock], probe: "http://127.0.0.1:1/"}
"""
SERVERS = "name,class,owner\nweb-1,toys,web-team\ndb-1,database,data-team\n"
SERVICES = "name,server\nstock,db-1\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an estate in three files."""
    (tmp_path / "estate.yaml").write_text(ESTATE)
    (tmp_path / "servers.csv").write_text(SERVERS)
    (tmp_path / "services.csv").write_text(SERVICES)
    (tmp_path / "watchkeeper.yaml").write_text(
        "estate: estate.yaml\n"
        "estate_sources:\n"
        "  - {kind: csv, name: cmdb, servers: servers.csv, services: services.csv}\n"
        "sources: [{kind: host}]\n"
        f"monitoring: {{cycle_seconds: 1}}\nhttp: {{listen: '127.0.0.1:{free_port()}'}}\n"
    )
    return tmp_path


def asked(place: Path, *verb: str) -> tuple[int, object]:
    told = run(place, "servers", *verb, "--config", "watchkeeper.yaml", "--data-dir", "data",
               "--output", "json")  # fmt: skip
    assert told.stderr == ""
    return told.returncode, json.loads(told.stdout)


def test_the_list_shows_who_knows_each_server(place: Path) -> None:
    code, body = asked(place, "list")
    assert code == 0
    assert isinstance(body, list)
    assert [(each["name"], each["class"], each["sources"]) for each in body] == [
        ("web-1", "web", ["estate.yaml", "cmdb"]),
        ("db-1", "database", ["cmdb"]),
    ]


def test_an_item_is_shown_with_all_that_the_gates_read_of_it(place: Path) -> None:
    code, shop = asked(place, "show", "shop")
    assert code == 0
    assert isinstance(shop, dict)
    assert (shop["kind"], shop["class"], shop["owner"]) == ("service", "web", "web-team")
    assert (shop["single_instance"], shop["depends_on"]) == (True, ["stock"])
    _, server = asked(place, "show", "web-1")
    assert isinstance(server, dict)
    assert server["services"] == ["shop"]
    assert [drift["kind"] for drift in server["drift"]] == ["conflict"]


def test_what_nobody_knows_is_refused_in_a_line(place: Path) -> None:
    told = run(place, "servers", "show", "web-7", "--config", "watchkeeper.yaml")
    assert told.returncode == 3
    assert told.stderr.startswith("watchkeeper: web-7: ")


def test_drift_exits_with_1_for_scripts_and_with_0_when_all_of_it_is_ignored(place: Path) -> None:
    code, body = asked(place, "drift")
    assert (code, body["counts"]) == (1, {"conflict": 1, "unmeasured": 1})  # type: ignore[index]
    code, body = asked(place, "drift", "--ignore", "conflict", "--ignore", "unmeasured")
    assert (code, body["drift"]) == (0, [])  # type: ignore[index]


def test_a_file_that_cannot_be_used_is_named_with_line_and_column(place: Path) -> None:
    (place / "servers.csv").write_text("name,class\nweb-1,web\ndb-1,not a class\n")
    told = run(place, "servers", "list", "--config", "watchkeeper.yaml")
    assert told.returncode == 3
    assert "servers.csv: line 3, column class: " in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_watch_writes_down_its_estate_and_drift_is_what_changed_since(place: Path) -> None:
    configuration = (place / "watchkeeper.yaml").read_text()
    port = int(configuration.rpartition(":")[2].strip("'}\n"))
    with watching(place, "--config", "watchkeeper.yaml"):
        until_ready(port)
        (place / "servers.csv").write_text(SERVERS + "db-2,database,\n")
        _, body = asked(place, "drift")
        assert [d["item"] for d in body["drift"] if d["kind"] == "appeared"] == ["db-2"]  # type: ignore[index]
        told = run(place, "reload", "--data-dir", "data")
        assert "3 servers" in told.stdout
        _, body = asked(place, "drift")
        assert "appeared" not in body["counts"]  # type: ignore[index]


def test_a_server_that_no_source_knows_goes_dark(place: Path) -> None:
    port = int((place / "watchkeeper.yaml").read_text().rpartition(":")[2].strip("'}\n"))

    def told() -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return b"\nwatchkeeper_dark_servers 1\n" in answer.read()

    with watching(place, "--config", "watchkeeper.yaml"):
        until_ready(port)
        until(told, within=30, what="a dark server in /metrics")
        _, body = asked(place, "drift")
        assert [d["item"] for d in body["drift"] if d["kind"] == "dark"] == ["db-1"]  # type: ignore[index]
        _, servers = asked(place, "list")
        assert isinstance(servers, list)
        assert [each["dark"] for each in servers] == [False, True]
