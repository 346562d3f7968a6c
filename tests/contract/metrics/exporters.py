"""Real exporters, and a real Prometheus or VictoriaMetrics over them, on loopback ports."""

import json
import os
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.rig.program import Program, free_port
from tests.acceptance.rig.waiting import until
from watchkeeper.domain.readings import ProbeTarget, Targets

# Job names say nothing, on purpose: nothing may depend on them.
CONFIGURATION = """\
global: {{scrape_interval: 1s, scrape_timeout: 900ms}}
scrape_configs:
  - job_name: a7f3
    static_configs: [{{targets: ["{node}", "{dead}"]}}]
  - job_name: c9d1
    static_configs: [{{targets: ["{blackbox}"]}}]
  - job_name: e2b8
    metrics_path: /probe
    params: {{module: [http_2xx]}}
    static_configs: [{{targets: ["http://{node}/", "http://{dead}/"]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_target}}
      - {{source_labels: [__param_target], target_label: instance}}
      - {{target_label: __address__, replacement: "{blackbox}"}}
"""
MODULES = """\
modules:
  http_2xx: {prober: http, timeout: 800ms, http: {preferred_ip_protocol: ip4}}
"""
SETTLED_SECONDS = 15  # until every rate has its samples


@dataclass(frozen=True, kw_only=True)
class Place:
    """Addresses of the exporters; ``dead`` is where nobody listens."""

    node: str
    blackbox: str
    dead: str

    def targets(self) -> Targets:
        """An estate of three servers: one answers, one is dead, one is unknown to everybody."""
        return Targets(
            servers={self.node: "here", self.dead: "dead", "unknown:9100": "unknown"},
            probes=(
                ProbeTarget(instance=f"http://{self.node}/", server="here", service="good"),
                ProbeTarget(instance=f"http://{self.dead}/", server="here", service="bad"),
            ),
        )


def missing(*programs: str) -> str | None:
    """Which of the programs are not installed; nothing when all are."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    absent = [program for program in programs if shutil.which(program, path=path) is None]
    return f"not installed: {', '.join(absent)}" if absent else None


@contextmanager
def exporters(folder: Path) -> Iterator[Place]:
    """node_exporter and blackbox_exporter."""
    place = Place(node=_address(), blackbox=_address(), dead=_address())
    (folder / "modules.yml").write_text(MODULES)
    (folder / "scrape.yml").write_text(CONFIGURATION.format(**vars(place)))
    with (
        running(
            folder,
            ["prometheus-node-exporter", f"--web.listen-address={place.node}"],
            f"http://{place.node}/",
        ),
        running(
            folder,
            [
                "prometheus-blackbox-exporter",
                f"--config.file={folder}/modules.yml",
                f"--web.listen-address={place.blackbox}",
            ],
            f"http://{place.blackbox}/-/healthy",
        ),
    ):
        yield place


@contextmanager
def prometheus(folder: Path) -> Iterator[str]:
    """A Prometheus that scrapes the exporters of the folder; settled."""
    address = _address()
    arguments = [
        "prometheus",
        f"--config.file={folder}/scrape.yml",
        f"--storage.tsdb.path={folder}/prometheus",
        f"--web.listen-address={address}",
    ]
    with running(folder, arguments, f"http://{address}/-/ready"):
        _settled(f"http://{address}")
        yield f"http://{address}"


@contextmanager
def victoriametrics(folder: Path) -> Iterator[str]:
    """A VictoriaMetrics that does the same, showing its newest samples."""
    address = _address()
    arguments = [
        "victoria-metrics",
        f"-promscrape.config={folder}/scrape.yml",
        f"-storageDataPath={folder}/victoriametrics",
        f"-httpListenAddr={address}",
        "-search.latencyOffset=0s",
    ]
    with running(folder, arguments, f"http://{address}/health"):
        _settled(f"http://{address}")
        yield f"http://{address}"


@contextmanager
def running(folder: Path, arguments: list[str], ready_at: str) -> Iterator[Program]:
    """A program of ours until the block ends."""
    program = Program(arguments, log=folder / f"{arguments[0]}.log", ready_at=ready_at)
    program.start()
    try:
        yield program
    finally:
        program.stop()


def _address() -> str:
    return f"127.0.0.1:{free_port()}"


def _settled(url: str) -> None:
    """Until rates are there, and the probes too."""
    expression = (
        "count(rate(node_network_receive_drop_total[10s])) > 0 and count(probe_success) == 2 "
        "and count(max_over_time(up[10s])) == 5 and count_over_time(node_load1[1m]) > 4"
    )
    wanted = f"{url}/api/v1/query?" + urllib.parse.urlencode(
        {"query": f"count({expression.replace(' and ', ' and on () ')})"}
    )

    def there() -> bool:
        with urllib.request.urlopen(wanted, timeout=5) as answer:
            return bool(json.load(answer)["data"]["result"])

    until(there, within=SETTLED_SECONDS + 15, what="samples of everything")
