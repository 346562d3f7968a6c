"""The ground that the stories stand on, without Watchkeeper: red here means the machine, not it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Built
from tests.acceptance.rig import processes
from tests.acceptance.rig.estate import Estate, Member
from tests.acceptance.rig.metrics import Metrics
from tests.acceptance.rig.waiting import until
from tests.acceptance.rig.web_service import WebService
from tests.acceptance.rig.webhook import WebhookListener

ANSIBLE = Path(sys.executable).parent / "ansible"


@pytest.fixture
def pair(built: Built) -> Estate:
    return built({"stock": Member(), "shop": Member(depends_on="stock", job="x9f3a")})


@pytest.fixture
def listener() -> Iterator[WebhookListener]:
    listener = WebhookListener()
    listener.start()
    yield listener
    listener.stop()


def started_by_ansible(service: WebService) -> bool:
    arguments = f"name={service.unit} state=started use=service"
    done = subprocess.run(
        [str(ANSIBLE), "localhost", "-m", "ansible.builtin.service", "-a", arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    return done.returncode == 0


def test_a_killed_service_fails_its_probe_until_ansible_starts_it(
    pair: Estate, shared_metrics: Metrics, listener: WebhookListener
) -> None:
    stock, shop = pair["stock"], pair["shop"]
    with shared_metrics.alerting(webhook=listener.url, token="t0", names={"q7x": shop.probe}):
        stock.kill_group()
        for service in (stock, shop):
            shared_metrics.until_probe(service.probe, succeeds=False, within=10)
        assert "Connection refused" in shop.error_log.read_text()
        until(lambda: listener.received, within=20, what="Alertmanager's webhook")
        assert started_by_ansible(stock)
        for service in (stock, shop):
            shared_metrics.until_probe(service.probe, succeeds=True, within=10)
    authorization, body = listener.received[0]
    assert authorization == "Bearer t0"
    assert body["alerts"][0]["labels"] == {
        "alertname": "q7x",
        "instance": shop.probe,
        "job": "x9f3a",
    }
    assert pair.starts == {"stock": 2, "shop": 1}


def test_orphaned_workers_hold_the_port_and_a_plain_start_fails(pair: Estate) -> None:
    stock = pair["stock"]
    stock.kill_master()
    assert stock.is_up
    assert not started_by_ansible(stock)
    stock.kill_group()  # the workers keep their dead master's process group
    assert started_by_ansible(stock)
    until(lambda: stock.is_up, within=5, what="stock up")


def test_a_removed_service_leaves_nothing(pair: Estate) -> None:
    stock = pair["stock"]
    stock.remove()
    until(lambda: not processes.holders(stock.error_log), within=5, what="all its processes gone")
    assert not stock.init_script.exists()
