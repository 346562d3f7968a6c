"""A large estate as its sources would tell it: most agree, some do not."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COUNT = 100_000
BY_HAND = 1_000  # of them also in estate.yaml
GROUP = 4  # replicas


@dataclass(frozen=True, kw_only=True)
class EstateFiles:
    """Where they lie."""

    estate: Path
    servers: Path
    services: Path
    targets: Path


def written(folder: Path) -> EstateFiles:
    """Everything of an estate of ``COUNT`` servers and twice as many services."""
    files = EstateFiles(
        estate=folder / "estate.yaml",
        servers=folder / "servers.csv",
        services=folder / "services.csv",
        targets=folder / "targets.json",
    )
    files.estate.write_text("servers:\n" + "".join(map(_by_hand, range(BY_HAND))))
    _table(files.servers, ("name", "class", "owner", "instances", "address"), _servers())
    columns = ("name", "server", "probe", "depends_on", "replicas_of")
    _table(files.services, columns, _services())
    found = {"status": "success", "data": {"activeTargets": [_target(n) for n in range(COUNT)]}}
    files.targets.write_text(json.dumps(found))
    return files


def _by_hand(number: int) -> str:
    return f"  - {{name: host-{number}, class: web, exposure: internet}}\n"


def _servers() -> Iterator[tuple[str, ...]]:
    for n in range(COUNT):
        server_class = ("web", "application", "database")[n % 3]
        yield f"host-{n}", server_class, f"team-{n % 50}", f"host-{n}:9100", _address(n)


def _services() -> Iterator[tuple[str, ...]]:
    for n in range(COUNT):
        probe = f"http://{_address(n)}/"
        yield f"app-{n}", f"host-{n}", probe, f"db-{n // GROUP}", f"app-group-{n // GROUP}"
        yield f"db-{n}", f"host-{n}", "", "", ""


def _target(n: int) -> dict[str, object]:
    """Every hundredth is nobody's; every tenth says another class."""
    host = f"host-{n}" if n % 100 else f"stranger-{n}"
    instance, where = (
        f"{host}:9100",
        _address(n) if n % 100 else f"10.200.{n // 250 % 250}.{n % 250}",
    )
    labels = {"instance": instance, "job": "node", "host": host, "team": f"team-{n % 50}"}
    labels |= {"role": "toys"} if n % 10 == 0 else {}
    return {
        "discoveredLabels": {"__address__": instance, "__scheme__": "http", **labels},
        "labels": labels,
        "scrapePool": "node",
        "scrapeUrl": f"http://{where}:9100/metrics",
        "lastError": "",
        "lastScrape": "2026-11-24T04:00:00.000000000Z",
        "health": "up",
    }


def _address(n: int) -> str:
    return f"10.{n // 62_500}.{n // 250 % 250}.{n % 250}"


def _table(path: Path, columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows(rows)
