"""A real Prometheus with real exporters, all on loopback ports of their own."""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.rig.program import Program, free_port
from tests.acceptance.rig.waiting import until

SERVERS = ("prometheus", "node", "blackbox", "alertmanager")

PROMETHEUS = """\
global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
rule_files: [{folder}/rules/*.yml]
alerting:
  alertmanagers:
    - static_configs: [{{targets: ["{alertmanager}"]}}]
scrape_configs:
  - job_name: node
    static_configs: [{{targets: ["{node}"]}}]
  - job_name: web
    metrics_path: /probe
    params: {{module: [http_2xx]}}
    file_sd_configs: [{{files: [{folder}/probes/*.json], refresh_interval: 2s}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_target}}
      - {{source_labels: [__param_target], target_label: instance}}
      - {{target_label: __address__, replacement: "{blackbox}"}}
"""

BLACKBOX = """\
modules:
  http_2xx:
    prober: http
    timeout: 900ms
    http: {preferred_ip_protocol: ip4, ip_protocol_fallback: false}
"""

ALERTMANAGER = """\
route: {{receiver: watchkeeper, group_by: [instance], group_wait: 1s, group_interval: 2s}}
receivers:
  - name: watchkeeper
    webhook_configs:
      - url: {webhook}
        send_resolved: true
        http_config: {{authorization: {{type: Bearer, credentials: {token}}}}}
"""

RULE = """\
groups:
  - name: {name}
    rules:
      - {{alert: "{name}", expr: 'probe_success{{instance="{instance}"}} == 0', for: 1s}}
"""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What the blackbox exporter asks, and under which job label it is filed."""

    url: str
    job: str = "web"
    every_seconds: int = 1


class Metrics:
    """Prometheus, node_exporter and blackbox_exporter, started and stopped together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ports = {name: free_port() for name in SERVERS}
        self._write_configuration()
        self.prometheus = Program(
            [
                "prometheus",
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address={self._address('prometheus')}",
                "--web.enable-lifecycle",
                "--rules.alert.resend-delay=2s",  # an alert lost to a reload comes again soon
                "--log.level=warn",
            ],
            log=folder / "prometheus.log",
            ready_at=f"{self.url}/-/ready",
        )
        self._node = Program(
            [
                "prometheus-node-exporter",
                f"--web.listen-address={self.node_instance}",
                "--log.level=error",
            ],
            log=folder / "node.log",
            ready_at=f"http://{self.node_instance}/",
        )
        self._blackbox = Program(
            [
                "prometheus-blackbox-exporter",
                f"--config.file={folder}/blackbox.yml",
                f"--web.listen-address={self._address('blackbox')}",
                "--log.level=error",
            ],
            log=folder / "blackbox.log",
            ready_at=f"http://{self._address('blackbox')}/-/healthy",
        )

    def _address(self, name: str) -> str:
        return f"127.0.0.1:{self._ports[name]}"

    @property
    def url(self) -> str:
        return f"http://{self._address('prometheus')}"

    @property
    def node_instance(self) -> str:
        return self._address("node")

    def _write_configuration(self) -> None:
        for below in ("probes", "rules", "data"):
            (self.folder / below).mkdir(parents=True)
        (self.folder / "blackbox.yml").write_text(BLACKBOX)
        (self.folder / "prometheus.yml").write_text(
            PROMETHEUS.format(
                folder=self.folder,
                node=self.node_instance,
                blackbox=self._address("blackbox"),
                alertmanager=self._address("alertmanager"),
            )
        )

    def start(self) -> None:
        for program in (self._node, self._blackbox, self.prometheus):
            program.start()

    def stop(self) -> None:
        for program in (self.prometheus, self._blackbox, self._node):
            program.stop()

    @contextmanager
    def probing(self, probes: Iterable[Probe]) -> Iterator[None]:
        """Probes these addresses until the block ends; waits until each has been seen up."""
        wanted = list(probes)
        targets = self.folder / "probes" / f"{free_port()}.json"
        whole = targets.with_suffix(".new")  # Prometheus reads at once, and half a file is an error
        whole.write_text(json.dumps([_target(probe) for probe in wanted]))
        whole.rename(targets)
        try:
            for probe in wanted:
                self.until_probe(probe.url, succeeds=True, within=20)
            yield
        finally:
            targets.unlink()

    def probe_succeeds(self, url: str) -> bool | None:
        """What Prometheus last saw of this address; nothing when it has not looked."""
        found = self.query(f'probe_success{{instance="{url}"}}')
        return found[0]["value"][1] == "1" if found else None

    def until_probe(self, url: str, *, succeeds: bool, within: float) -> None:
        until(
            lambda: self.probe_succeeds(url) is succeeds,
            within=within,
            what=f"probe_success of {url} {int(succeeds)}",
        )

    def until_looked_again(self, url: str, *, within: float) -> None:
        """Until the next probe of this address: from then on the longest time lies ahead."""
        last = self._looked_at(url)
        until(lambda: self._looked_at(url) > last, within=within, what=f"{url} probed again")

    def _looked_at(self, url: str) -> float:
        [found] = self.query(f'timestamp(probe_success{{instance="{url}"}})')
        return float(found["value"][1])

    def query(self, expression: str) -> list[dict[str, Any]]:
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{query}", timeout=5) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
            return found

    @contextmanager
    def alerting(
        self, *, webhook: str, token: str, names: dict[str, str]
    ) -> Iterator["Alertmanager"]:
        """Alert rules (name → probed address) sent by a real Alertmanager to a webhook."""
        with ExitStack() as undo:
            alertmanager = Alertmanager(
                self.folder / "alertmanager",
                address=self._address("alertmanager"),
                webhook=webhook,
                token=token,
            )
            undo.callback(alertmanager.program.stop)
            alertmanager.program.start()
            for name, instance in names.items():
                rule = self.folder / "rules" / f"{name}.yml"
                rule.write_text(RULE.format(name=name, instance=instance))
                undo.callback(rule.unlink)
            self._reload()
            yield alertmanager
        self._reload()

    def _reload(self) -> None:
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/-/reload", method="POST"), timeout=5
        ):
            pass


class Alertmanager:
    """A real Alertmanager with one receiver."""

    def __init__(self, folder: Path, *, address: str, webhook: str, token: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.address = address
        configuration = folder / "alertmanager.yml"
        configuration.write_text(ALERTMANAGER.format(webhook=webhook, token=token))
        self.program = Program(
            [
                "prometheus-alertmanager",
                f"--config.file={configuration}",
                f"--storage.path={folder}/data",
                f"--web.listen-address={self.address}",
                "--cluster.listen-address=",
                "--log.level=warn",
            ],
            log=folder / "alertmanager.log",
            ready_at=f"http://{self.address}/-/ready",
        )


def _target(probe: Probe) -> dict[str, Any]:
    return {
        "targets": [probe.url],
        "labels": {"job": probe.job, "__scrape_interval__": f"{probe.every_seconds}s"},
    }
