"""Every adapter of the inventory port, each knowing the same two servers."""

import json
import os
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.rig.program import free_port
from tests.acceptance.rig.waiting import until
from tests.contract.metrics.exporters import missing, running
from watchkeeper.adapters.files.csv_inventory import CsvInventory
from watchkeeper.adapters.files.yaml_inventory import YamlInventory
from watchkeeper.adapters.prometheus.target_labels import TargetLabels
from watchkeeper.adapters.prometheus.targets import PrometheusTargets
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.ports.inventory import Inventory

LABELS = TargetLabels(
    name="host",
    says={
        "server_class": "role",
        "exposure": "zone",
        "criticality": "tier",
        "owner": "team",
    },
)
# Nobody answers at these: what is collected from need not be up to be known.
CONFIGURATION = """\
global: {scrape_interval: 1s, scrape_timeout: 900ms}
scrape_configs:
  - job_name: servers
    static_configs:
      - targets: ["127.0.0.1:1"]
        labels: {host: web-1, role: web, zone: internet, tier: high, team: web-team}
      - targets: ["127.0.0.1:2"]
        labels: {host: db-1, role: "no class; at all", zone: moon, tier: vital}
  - job_name: databases
    static_configs: [{targets: ["127.0.0.1:3"], labels: {host: db-1}}]
  - job_name: probes
    metrics_path: /probe
    static_configs: [{targets: ["http://shop.example/"]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: "127.0.0.1:4"}
"""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """An inventory that knows web-1 and db-1, and one of its kind that cannot be used."""

    inventory: Inventory
    broken: Inventory


@pytest.fixture
def yaml_shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "estate.yaml").write_text("servers: [{name: web-1, class: web}, {name: db-1}]\n")
    return Shelf(
        inventory=YamlInventory(path=tmp_path / "estate.yaml"),
        broken=YamlInventory(path=tmp_path / "nowhere.yaml"),
    )


@pytest.fixture
def csv_shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "servers.csv").write_text("name,class\nweb-1,web\ndb-1,\n")
    return Shelf(
        inventory=CsvInventory(name="cmdb", servers=tmp_path / "servers.csv"),
        broken=CsvInventory(name="cmdb", servers=tmp_path / "nowhere.csv"),
    )


@pytest.fixture(scope="session")
def prometheus_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Prometheus that has found its targets."""
    reason = missing("prometheus")
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "scrape.yml").write_text(CONFIGURATION)
    url = f"http://127.0.0.1:{free_port()}"
    arguments = [
        "prometheus",
        f"--config.file={folder}/scrape.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address={url.removeprefix('http://')}",
    ]
    with running(folder, arguments, f"{url}/-/ready"):
        until(lambda: _targets(url) == 4, within=30, what="four targets")
        yield url


def _targets(url: str) -> int:
    with urllib.request.urlopen(f"{url}/api/v1/targets?state=active", timeout=5) as answer:
        return len(json.load(answer)["data"]["activeTargets"])


def collecting(url: str, *jobs: str) -> PrometheusTargets:
    return PrometheusTargets(Endpoint(source="prom", url=url), InlineCrew(), LABELS, jobs)


@pytest.fixture
def prometheus_shelf(prometheus_url: str) -> Shelf:
    return Shelf(
        inventory=collecting(prometheus_url, "servers"),
        broken=collecting("http://127.0.0.1:1"),
    )


@pytest.fixture(
    params=[
        "yaml_shelf",
        "csv_shelf",
        pytest.param("prometheus_shelf", marks=pytest.mark.live("prometheus")),
    ]
)
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Each adapter in turn."""
    found: Shelf = request.getfixturevalue(request.param)
    return found
