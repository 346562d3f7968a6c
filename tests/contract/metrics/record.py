"""Records the exchanges anew: python -m tests.contract.metrics.record prometheus|victoriametrics.

To be run when the queries change, on a machine that has the servers. The recording holds what the
real server answered to this program's own questions, and to some that it must never ask.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.contract.metrics.exporters import exporters, prometheus, victoriametrics
from tests.contract.metrics.replay import RECORDED
from tests.loopback import Request, answer, loopback
from watchkeeper.adapters.prometheus.queries import Scope
from watchkeeper.adapters.prometheus.source import PrometheusMetrics
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.metric import CATALOGUE
from watchkeeper.domain.readings import Targets

SYSTEMS = {"prometheus": prometheus, "victoriametrics": victoriametrics}
WINDOW = timedelta(seconds=10)
STEP = timedelta(seconds=1)
ODD = ("0/vector(0)", "1/vector(0)", "up{job=", "no_such_metric")


def main() -> None:
    system = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with exporters(folder) as place, SYSTEMS[system](folder) as url:
            now = SystemClock().now().replace(microsecond=0)
            start = now - timedelta(seconds=20)
            exchanges = asyncio.run(asked(url, place.targets(), start.timestamp(), now.timestamp()))
    told = {
        "system": version(system),
        **vars(place),
        "start": start.timestamp(),
        "end": now.timestamp(),
        "step": STEP.total_seconds(),
        "exchanges": exchanges,
    }
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{system}.json").write_text(json.dumps(told, indent=1) + "\n")


async def asked(url: str, targets: Targets, start: float, end: float) -> list[dict[str, Any]]:
    """Every exchange while the adapter reads once and looks back once over each metric."""
    exchanges: list[dict[str, Any]] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        told = await asyncio.to_thread(forwarded, url, request)
        exchanges.append(told)
        body = json.dumps(told["body"]).encode()
        writer.write(answer(body, status=told["status"], content_type=told["content_type"]))

    async with loopback(respond) as here:
        source = PrometheusMetrics(
            Endpoint(source="recorded", url=here), SystemClock(), InlineCrew(), Scope(window=WINDOW)
        )
        await source.read(targets)
        for metric in CATALOGUE:
            await source.history(metric.name, targets, from_unix(start), from_unix(end), STEP)
        await source.close()
    for query in ODD:
        request = Request(path="/api/v1/query", parameters={"query": query}, headers={})
        exchanges.append(forwarded(url, request))
    return exchanges


def forwarded(url: str, request: Request) -> dict[str, Any]:
    """The real server's answer to the same question."""
    question = f"{url}{request.path}?{urllib.parse.urlencode(request.parameters)}"
    try:
        with urllib.request.urlopen(question, timeout=10) as reply:
            status, headers, body = reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        status, headers, body = error.code, error.headers, error.read()
    return {
        "path": request.path,
        "query": request.parameters["query"],
        "status": status,
        "content_type": headers["Content-Type"],
        "body": json.loads(body),
    }


def version(system: str) -> str:
    """Debian's package and its version."""
    package = {"prometheus": "prometheus", "victoriametrics": "victoria-metrics"}[system]
    told = subprocess.run(
        ["dpkg-query", "--show", package], capture_output=True, text=True, check=True
    )
    return told.stdout.strip().replace("\t", " ")


if __name__ == "__main__":
    main()
