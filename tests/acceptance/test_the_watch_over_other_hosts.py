"""The whole watch over another host, as its user has it: configured, allowed, granted, repaired."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.acceptance.fleet.files import LOOKER, WATCH
from tests.acceptance.fleet.fleet import Fleet, fleet
from tests.acceptance.fleet.host import Host
from tests.acceptance.rig.metrics import Metrics, Probe
from tests.acceptance.rig.waiting import until
from tests.acceptance.rig.watchkeeper import Watchkeeper

pytestmark = [pytest.mark.live("prometheus"), pytest.mark.live("ansible")]

CLASS = "stock"


@pytest.fixture
def hosts() -> Iterator[Fleet]:
    with fleet("stock-1", "stock-2") as running:
        yield running


@pytest.fixture
def watchkeeper(folder: Path, hosts: Fleet, shared_metrics: Metrics) -> Iterator[Watchkeeper]:
    """Watchkeeper over two hosts that are not its own."""
    made = Watchkeeper(folder)
    made.configuration.write_text(
        yaml.safe_dump(
            {
                "estate": "estate.yaml",
                "sources": [
                    {"kind": "prometheus", "name": "prometheus", "url": shared_metrics.url}
                ],
                "monitoring": {"cycle_seconds": 2},
                "incidents": {"verification_seconds": 6},
                "http": {"listen": made.listen},
                "ssh": {
                    "keys": {CLASS: {"key_file": str(hosts.acting_key)}},
                    "look_keys": {CLASS: {"key_file": str(hosts.looking_key), "user": LOOKER}},
                },
            }
        )
    )
    (folder / "estate.yaml").write_text(
        yaml.safe_dump(
            {
                "servers": [_server(host) for host in hosts.hosts.values()],
                "services": [_service(host) for host in hosts.hosts.values()],
            }
        )
    )
    probes = [
        Probe(url=_address(host), job="web", every_seconds=1) for host in hosts.hosts.values()
    ]
    with shared_metrics.probing(probes):
        made.start()
        yield made
        made.stop()
        made.end_leftovers()


def _address(host: Host) -> str:
    return f"http://{host.address}:8080/"


def _server(host: Host) -> dict[str, object]:
    return {
        "name": host.name,
        "class": CLASS,
        "address": host.address,
        "user": WATCH,
        "host_keys": [host.host_key],
        "instances": [f"{host.address}:9100"],
    }


def _service(host: Host) -> dict[str, object]:
    return {
        "name": f"stock-on-{host.name}",
        "server": host.name,
        "unit": "stock",
        "process": "nginx",
        "pid_file": "/run/stock.pid",
        "probe": _address(host),
        "replicas_of": "stock",
    }


def brought(watchkeeper: Watchkeeper, host: Host, folder: Path) -> None:
    """An administrator runs the verb and copies what it made."""
    config = ("--config", str(watchkeeper.configuration))
    made = watchkeeper.do(
        "runbooks", "sudoers", CLASS, "--helpers", str(folder / "helpers"), *config
    )
    assert made["valid"] is True
    for path in map(Path, made["helpers"]):
        host.write(f"/usr/local/lib/watchkeeper/{path.name}", path.read_text(), mode="755")
    host.write("/etc/sudoers.d/watchkeeper", made["text"], mode="440")


@pytest.mark.long
def test_a_dead_service_on_another_host_is_restarted_and_verified(
    watchkeeper: Watchkeeper, hosts: Fleet, folder: Path
) -> None:
    host = hosts.hosts["stock-1"]
    brought(watchkeeper, host, folder)
    watchkeeper.grant(server_class=CLASS)
    until(lambda: watchkeeper.do("servers", "list"), within=10, what="the estate is known")
    host.kill_group()
    closed = watchkeeper.until_incident("closed", "escalated", within=90, about="stock-on-stock-1")
    assert closed["phase"] == "closed", closed["escalation"]
    assert host.service_runs()
    holds, report = watchkeeper.verify()
    assert holds, report


@pytest.mark.long
def test_a_host_that_shows_another_key_is_left_to_a_person(
    watchkeeper: Watchkeeper, hosts: Fleet
) -> None:
    host = hosts.hosts["stock-2"]
    watchkeeper.grant(server_class=CLASS)
    host.change_host_key()
    host.kill_group()
    asked = watchkeeper.until_approval(within=60)  # half blind, it is not sure enough to act alone
    watchkeeper.do("approve", asked["id"])
    left = watchkeeper.until_incident("closed", "escalated", within=90, about="stock-on-stock-2")
    assert (left["phase"], left["escalation"]) == ("escalated", "server_unreachable")
    told = watchkeeper.incident(left["id"])["post_mortem"]
    assert "another host key than the pinned one" in told
    assert not host.service_runs()
