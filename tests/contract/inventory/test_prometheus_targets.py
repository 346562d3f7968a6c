"""What a real Prometheus collects from, as servers."""

import pytest

from tests.contract.inventory.conftest import collecting
from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.estate import Criticality, Exposure
from watchkeeper.knowledge.reconciliation import reconciled

pytestmark = pytest.mark.live("prometheus")


async def test_labels_tell_what_they_are_mapped_to(prometheus_url: str) -> None:
    telling = await collecting(prometheus_url).told()
    web = next(s for s in telling.sightings or () if s.name == "web-1")
    assert (web.instance, web.host) == ("127.0.0.1:1", "127.0.0.1")
    said = web.claim.item
    assert (said.server_class, said.exposure) == ("web", Exposure.INTERNET)
    assert (said.criticality, said.owner) == (Criticality.HIGH, "web-team")


async def test_labels_that_cannot_be_taken_are_told_and_say_nothing(prometheus_url: str) -> None:
    telling = await collecting(prometheus_url).told()
    db = next(s for s in telling.sightings or () if s.instance == "127.0.0.1:2")
    assert db.claim.said == frozenset()
    fields = {trouble.field for trouble in telling.troubles if trouble.item == "127.0.0.1:2"}
    assert fields == {"server_class", "exposure", "criticality"}
    assert all(trouble.kind is DriftKind.UNUSABLE for trouble in telling.troubles)


async def test_jobs_narrow_what_counts_as_a_server(prometheus_url: str) -> None:
    telling = await collecting(prometheus_url, "databases").told()
    assert [s.instance for s in telling.sightings or ()] == ["127.0.0.1:3"]


async def test_an_address_that_is_probed_is_no_server(prometheus_url: str) -> None:
    telling = await collecting(prometheus_url).told()
    assert telling.probes == {"http://shop.example"}
    assert "http://shop.example/" not in {s.instance for s in telling.sightings or ()}


async def test_what_only_prometheus_knows_has_no_class_whatever_its_labels_say(
    prometheus_url: str,
) -> None:
    found = reconciled((await collecting(prometheus_url).told(),))
    classes = {server.name: server.server_class for server in found.estate.servers}
    assert classes == {"web-1": "unclassified", "db-1": "unclassified"}
    db = next(server for server in found.estate.servers if server.name == "db-1")
    assert db.instances == ("127.0.0.1:2", "127.0.0.1:3")
