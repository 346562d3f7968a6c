"""Which estate is watched: the settings' sources, in their order of precedence."""

import json
from pathlib import Path

import pytest

from tests.loopback import always, answer, loopback
from watchkeeper.adapters.files.estate import EstateRefused
from watchkeeper.bootstrap.estate_in_force import reconciled_estate
from watchkeeper.bootstrap.settings import Settings, SettingsRefused, load_settings
from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.estate import UNCLASSIFIED

ESTATE = """\
single_host: true
servers: [{name: web-1, class: web, address: 10.0.0.1}]
services: [{name: shop, server: web-1, depends_on: [stock], probe: "http://10.0.0.1/"}]
"""
SERVERS = "name,class,owner\nweb-1,toys,web-team\ndb-1,database,data-team\n"
SERVICES = "name,server,probe\nstock,db-1,tcp://10.0.0.2:5432\n"
SOURCES = """\
estate: estate.yaml
estate_sources:
  - {kind: prometheus, source: prom, class_label: role}
  - {kind: csv, name: cmdb, servers: servers.csv, services: services.csv}
sources:
  - {kind: prometheus, name: prom, url: URL}
"""
TARGETS = {
    "status": "success",
    "data": {
        "activeTargets": [
            {
                "labels": {"instance": "10.0.0.1:9100", "role": "toys"},
                "scrapeUrl": "http://10.0.0.1:9100/metrics",
            },
            {
                "labels": {"instance": "web-9:9100", "role": "web"},
                "scrapeUrl": "http://10.0.0.9:9100/metrics",
            },
        ]
    },
}


def settings(folder: Path, url: str = "http://127.0.0.1:1") -> Settings:
    (folder / "estate.yaml").write_text(ESTATE)
    (folder / "servers.csv").write_text(SERVERS)
    (folder / "services.csv").write_text(SERVICES)
    file = folder / "watchkeeper.yaml"
    file.write_text(SOURCES.replace("URL", url))
    return load_settings(file)


async def test_the_file_comes_before_csv_and_csv_before_prometheus(tmp_path: Path) -> None:
    async with loopback(always(answer(json.dumps(TARGETS).encode()))) as url:
        found = await reconciled_estate(settings(tmp_path, url))
    known = {server.name: server for server in found.estate.servers}
    assert {name: server.server_class for name, server in known.items()} == {
        "web-1": "web",
        "db-1": "database",
        "web-9": UNCLASSIFIED,
    }
    assert known["web-1"].owner == "web-team"
    assert found.sources["web-1"] == ("estate.yaml", "cmdb", "prom")
    assert found.estate.single_host
    conflicts = {drift.words for drift in found.drift if drift.kind is DriftKind.CONFLICT}
    assert conflicts == {
        "estate.yaml says web and is believed, cmdb says toys",
        "estate.yaml says web and is believed, prom says toys",
    }


async def test_a_prometheus_that_does_not_answer_is_told_and_the_rest_is_enough(
    tmp_path: Path,
) -> None:
    found = await reconciled_estate(settings(tmp_path))
    assert [server.name for server in found.estate.servers] == ["web-1", "db-1"]
    silent = [drift for drift in found.drift if drift.kind is DriftKind.UNAVAILABLE]
    assert [drift.item for drift in silent] == ["prom"]
    assert DriftKind.UNSEEN not in {drift.kind for drift in found.drift}


async def test_a_file_alone_has_to_fit_in_itself(tmp_path: Path) -> None:
    (tmp_path / "estate.yaml").write_text(ESTATE)
    (tmp_path / "watchkeeper.yaml").write_text("estate: estate.yaml\n")
    with pytest.raises(EstateRefused, match="shop: depends_on stock"):
        await reconciled_estate(load_settings(tmp_path / "watchkeeper.yaml"))


async def test_csv_alone_is_an_estate(tmp_path: Path) -> None:
    settings(tmp_path)
    file = tmp_path / "only.yaml"
    file.write_text("estate_sources: [{kind: csv, servers: servers.csv}]\n")
    found = await reconciled_estate(load_settings(file))
    assert [server.name for server in found.estate.servers] == ["web-1", "db-1"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[{kind: csv}]", "name a file of servers, a file of services, or both"),
        ("[{kind: prometheus, source: prom}]", "prom is no Prometheus among sources"),
        (
            "[{kind: csv, servers: a.csv}, {kind: csv, servers: b.csv}]",
            "estate_sources: two of them have the same name",
        ),
        ("[{kind: csv, servers: a.csv, class_label: role}]", "is not a known key"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, said: str, told: str) -> None:
    file = tmp_path / "watchkeeper.yaml"
    file.write_text(f"estate_sources: {said}\n")
    with pytest.raises(SettingsRefused, match=told):
        load_settings(file)
