"""Incidents bring a token of their own where they were given one."""

import asyncio
from pathlib import Path

from tests.loopback import Request, as_json, loopback
from tests.unit.governance.scene import NOON
from watchkeeper.adapters.host.places import ThisHost
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.app import close_sources, evidence_sources, metric_sources
from watchkeeper.bootstrap.settings import load_settings
from watchkeeper.domain.estate import Estate, Server
from watchkeeper.knowledge.estate import EstateGraph

ESTATE = Estate(servers=(Server(name="web-1", instances=("127.0.0.1:9100",)),))
TWO = """
sources:
  - {kind: prometheus, name: main, url: '%s', bearer_token_file: watching,
     incidents_token_file: asking}
"""


async def brought(folder: Path, text: str) -> set[tuple[str, str]]:
    """Who brought which token, when monitoring and incidents have each asked."""
    seen: set[tuple[str, str]] = set()
    who = "monitoring"

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.add((who, request.headers.get("authorization", "")))
        writer.write(as_json({"status": "success", "data": {"resultType": "vector", "result": []}}))

    for name in ("watching", "asking"):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(f"token-of-{name}")
    async with loopback(respond) as url:
        (folder / "watchkeeper.yaml").write_text(text % url)
        settings = load_settings(folder / "watchkeeper.yaml")
        clock, crew = ManualClock(NOON), InlineCrew()
        metrics = metric_sources(settings, ThisHost(lambda: ESTATE), clock, crew)
        evidence = evidence_sources(settings, metrics, clock, crew)
        targets = EstateGraph(ESTATE).targets()
        await metrics[0].read(targets)
        who = "incidents"
        await evidence[0].read(targets)
        await close_sources((*metrics, *evidence))
    return seen


async def test_each_brings_its_own_token(tmp_path: Path) -> None:
    assert await brought(tmp_path, TWO) == {
        ("monitoring", "Bearer token-of-watching"),
        ("incidents", "Bearer token-of-asking"),
    }


async def test_without_one_of_their_own_incidents_bring_monitoring_s(tmp_path: Path) -> None:
    one = TWO.replace(",\n     incidents_token_file: asking", "")
    assert {token for _, token in await brought(tmp_path, one)} == {"Bearer token-of-watching"}
