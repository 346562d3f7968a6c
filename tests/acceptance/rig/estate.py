"""What Watchkeeper is told: its configuration and the estate it stands watch over."""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.acceptance.rig.metrics import Metrics, Probe
from tests.acceptance.rig.program import free_port
from tests.acceptance.rig.web_service import WebService

SERVER = "test-host"
SERVER_CLASS = "web"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One service to be built: whom it needs, and how Prometheus looks at it."""

    depends_on: str | None = None
    job: str = "web"
    probed_every_seconds: int = 1


@dataclass(kw_only=True)
class Estate:
    """One server and its web services, running and probed."""

    folder: Path
    metrics: Metrics
    services: dict[str, WebService] = field(default_factory=dict)
    alertmanager_token: str = field(default_factory=lambda: secrets.token_hex(16))
    _undo: ExitStack = field(default_factory=ExitStack)

    def __getitem__(self, name: str) -> WebService:
        return self.services[name]

    @property
    def starts(self) -> dict[str, int]:
        return {name: service.starts for name, service in self.services.items()}

    def build(self, members: Mapping[str, Member]) -> None:
        """Installs, starts and probes the services; who is needed comes before who needs it."""
        for name, member in members.items():
            service = WebService(
                name,
                unit=f"wk-test-{name}-{secrets.token_hex(3)}",
                port=free_port(),
                folder=self.folder / name,
                upstream=self.services[member.depends_on] if member.depends_on else None,
            )
            self.services[name] = service
            self._undo.callback(service.remove)
            service.install()
            service.start()
        self._undo.enter_context(self.metrics.probing(self._probes(members)))

    def _probes(self, members: Mapping[str, Member]) -> Iterable[Probe]:
        return [
            Probe(
                url=self.services[name].probe,
                job=member.job,
                every_seconds=member.probed_every_seconds,
            )
            for name, member in members.items()
        ]

    def remove(self) -> None:
        self._undo.close()

    def write(self, folder: Path, *, listen: str) -> Path:
        """The files that a person would write; the path of the first."""
        token = folder / "alertmanager.token"
        token.touch(mode=0o600)
        token.write_text(self.alertmanager_token)
        (folder / "estate.yaml").write_text(yaml.safe_dump(self._estate(), sort_keys=False))
        configuration = folder / "watchkeeper.yaml"
        configuration.write_text(yaml.safe_dump(self._configuration(listen), sort_keys=False))
        return configuration

    def _configuration(self, listen: str) -> dict[str, Any]:
        return {
            "estate": "estate.yaml",
            "sources": [
                {"kind": "prometheus", "name": "prometheus", "url": self.metrics.url},
                {"kind": "host"},  # sees a dead main process whose workers go on answering
            ],
            "monitoring": {"cycle_seconds": 2},
            "incidents": {"verification_seconds": 6},
            "http": {"listen": listen},
            "alert_sources": [
                {"name": "alertmanager", "token_file": "alertmanager.token", "targets": [SERVER]}
            ],
        }

    def _estate(self) -> dict[str, Any]:
        return {
            "single_host": True,
            "servers": [
                {
                    "name": SERVER,
                    "class": SERVER_CLASS,
                    "exposure": "internal",
                    "owner": "web-team",
                    "instances": [self.metrics.node_instance],
                }
            ],
            "services": [_service(service) for service in self.services.values()],
        }


def _service(service: WebService) -> dict[str, Any]:
    return {
        "name": service.name,
        "server": SERVER,
        "unit": service.unit,
        "process": "nginx",
        "pid_file": str(service.pid_file),
        "probe": service.probe,
        "logs": [str(service.error_log)],
        "depends_on": [service.upstream.name] if service.upstream else [],
    }
