"""The files that ``watchkeeper init`` writes."""

import secrets
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter, ValidationError

from watchkeeper.bootstrap.estate_in_force import estate_draft
from watchkeeper.bootstrap.source_settings import PrometheusSource

TOKEN_FILE = "alertmanager.token"  # noqa: S105 the name of a file

_HEADER = """\
# What Watchkeeper watches, how often, and who may tell it of alerts.
# Every key is told in docs/reference/configuration.md; `watchkeeper doctor` checks it.
"""


def drafted(config: Path, *, prometheus: str, hands: Literal["none", "ansible"]) -> dict[Path, str]:
    """The files by their paths. ``hands`` none: no runbook is in force."""
    estate, estate_text = estate_draft()
    said: dict[str, object] = {
        "estate": "estate.yaml",
        "sources": [{"kind": "prometheus", "name": "prometheus", "url": prometheus}]
        if prometheus
        else [{"kind": "host", "name": "host"}],
        "monitoring": {"cycle_seconds": 60},
        "http": {"listen": "127.0.0.1:8600"},
        "alert_sources": [
            {
                "name": "alertmanager",
                "token_file": TOKEN_FILE,
                "targets": [server.name for server in estate.servers],
            }
        ],
    }
    if hands == "none":
        said["watch_only"] = True
    return {
        config: _HEADER + yaml.safe_dump(said, sort_keys=False),
        config.parent / "estate.yaml": estate_text,
        config.parent / TOKEN_FILE: secrets.token_urlsafe(32) + "\n",
    }


def problem_with(url: str) -> str:
    """Why a Prometheus cannot be asked at this address; empty: it can."""
    try:
        TypeAdapter(PrometheusSource).validate_python({"kind": "prometheus", "url": url})
    except ValidationError:
        return "must be like http://127.0.0.1:9090, without a user and without a query"
    return ""
