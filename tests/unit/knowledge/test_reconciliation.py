"""One estate out of several sources: who is believed, what is merged, and what is only told."""

from dataclasses import replace

import pytest

from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import UNCLASSIFIED, Criticality, Exposure, Server, Service
from watchkeeper.domain.telling import Claim, Sighting, Telling
from watchkeeper.knowledge.reconciliation import Reconciled, reconciled


def server(name: str, **said: object) -> Claim[Server]:
    item = replace(Server(name=name), **said)  # type: ignore[arg-type]
    return Claim(item=item, said=frozenset({"name", *said}))


def service(name: str, on: str, **said: object) -> Claim[Service]:
    item = replace(Service(name=name, server=on), **said)  # type: ignore[arg-type]
    return Claim(item=item, said=frozenset({"name", "server", *said}))


def target(instance: str, *, host: str = "", name: str = "", **labels: object) -> Sighting:
    claim = Claim(item=replace(Server(name=""), **labels), said=frozenset(labels))  # type: ignore[arg-type]
    return Sighting(instance=instance, host=host or instance.split(":")[0], name=name, claim=claim)


def yaml(*servers: Claim[Server], services: tuple[Claim[Service], ...] = ()) -> Telling:
    return Telling(source="estate.yaml", servers=servers, services=services)


def cmdb(*servers: Claim[Server], services: tuple[Claim[Service], ...] = ()) -> Telling:
    return Telling(source="cmdb", servers=servers, services=services)


def prom(*sightings: Sighting, probes: frozenset[str] = frozenset()) -> Telling:
    return Telling(source="prom", sightings=sightings, probes=probes)


def the(found: Reconciled, name: str) -> Server:
    return next(each for each in found.estate.servers if each.name == name)


def told(found: Reconciled, kind: DriftKind) -> list[str]:
    return [each.item for each in found.drift if each.kind is kind]


WEB = server("web-1", server_class="web", address="10.0.0.1")


def test_what_one_source_leaves_out_another_fills_in() -> None:
    found = reconciled((yaml(WEB), cmdb(server("web-1", owner="web-team"))))
    assert the(found, "web-1").server_class == "web"
    assert the(found, "web-1").owner == "web-team"
    assert found.sources["web-1"] == ("estate.yaml", "cmdb")
    assert told(found, DriftKind.CONFLICT) == []


def test_the_first_source_is_believed_and_the_disagreement_told() -> None:
    found = reconciled((yaml(WEB), cmdb(server("web-1", server_class="database"))))
    assert the(found, "web-1").server_class == "web"
    [conflict] = [each for each in found.drift if each.kind is DriftKind.CONFLICT]
    assert (conflict.item, conflict.field) == ("web-1", "class")
    assert conflict.words == "estate.yaml says web and is believed, cmdb says database"


def test_a_default_is_nobody_s_word() -> None:
    """estate.yaml says nothing of its exposure, so the CMDB's word counts."""
    found = reconciled((yaml(WEB), cmdb(server("web-1", exposure=Exposure.INTERNET))))
    assert the(found, "web-1").exposure is Exposure.INTERNET


def test_a_third_source_is_compared_with_whoever_was_believed() -> None:
    third = Telling(source="sheet", servers=(server("web-1", owner="nobody"),))
    found = reconciled((yaml(WEB), cmdb(server("web-1", owner="web-team")), third))
    [conflict] = [each for each in found.drift if each.kind is DriftKind.CONFLICT]
    assert conflict.sources == ("cmdb", "sheet")


def test_instances_are_added_up() -> None:
    more = server("web-1", instances=("a:1", "b:2"))
    found = reconciled((yaml(server("web-1", instances=("a:1",))), cmdb(more)))
    assert the(found, "web-1").instances == ("a:1", "b:2")
    assert told(found, DriftKind.CONFLICT) == []


@pytest.mark.parametrize(
    "other",
    [
        server("db-1", server_class="database", address="10.0.0.1"),
        server("Web-1", server_class="database", address="10.0.0.9"),
        server("db-1", server_class="database", address="10.0.0.9", instances=("w:9100",)),
    ],
    ids=["address", "look-alike name", "instance"],
)
def test_a_server_that_may_be_another_one_loses_its_class(other: Claim[Server]) -> None:
    first = server("web-1", server_class="web", address="10.0.0.1", instances=("w:9100",))
    found = reconciled((yaml(first), cmdb(other)))
    assert the(found, "web-1").server_class == "web"
    assert the(found, other.item.name).server_class == UNCLASSIFIED
    assert told(found, DriftKind.IDENTITY) == [other.item.name]


def test_an_instance_stays_with_the_server_that_had_it_first() -> None:
    first, second = server("a", instances=("x:1",)), server("b", instances=("x:1", "y:1"))
    found = reconciled((yaml(first), cmdb(second)))
    assert (the(found, "a").instances, the(found, "b").instances) == (("x:1",), ("y:1",))


def test_an_address_that_is_not_believed_disputes_nobody() -> None:
    both = (WEB, server("db-1", server_class="database", address="10.0.0.2"))
    found = reconciled((yaml(*both), cmdb(server("web-1", address="10.0.0.2"))))
    assert the(found, "web-1").address == "10.0.0.1"
    assert the(found, "web-1").server_class == "web"
    assert told(found, DriftKind.CONFLICT) == ["web-1"]


def test_an_address_that_fills_a_gap_with_another_s_disputes_the_server() -> None:
    bare = server("web-1", server_class="web")
    db = server("db-1", server_class="database", address="10.0.0.2")
    found = reconciled((yaml(bare, db), cmdb(server("web-1", address="10.0.0.2"))))
    assert the(found, "web-1").server_class == UNCLASSIFIED
    assert the(found, "db-1").server_class == "database"


def test_one_file_may_give_two_servers_one_address() -> None:
    """Two containers behind one address: whoever wrote it meant it."""
    found = reconciled((yaml(WEB, server("web-2", server_class="web", address="10.0.0.1")),))
    assert the(found, "web-2").server_class == "web"


def test_a_service_that_is_called_like_a_server_is_left_out() -> None:
    """Else the server would be judged by the class of whatever the service runs on."""
    shadow = service("web-1", "db-1")
    found = reconciled((yaml(WEB, server("db-1")), cmdb(services=(shadow,))))
    assert found.estate.services == ()
    assert told(found, DriftKind.IDENTITY) == ["web-1"]


# ── metric sources ──


def test_what_only_a_metric_source_knows_has_no_class_whatever_its_labels_say() -> None:
    stranger = target("web-9:9100", server_class="web", exposure=Exposure.INTERNET)
    found = reconciled((yaml(WEB), prom(target("10.0.0.1:9100"), stranger)))
    assert the(found, "web-9").server_class == UNCLASSIFIED
    assert the(found, "web-9").exposure is Exposure.INTERNET
    assert the(found, "web-9").address == "web-9"  # never this host
    assert told(found, DriftKind.UNLISTED) == ["web-9"]


def test_labels_never_change_what_somebody_wrote_nor_fill_what_nobody_did() -> None:
    labels = target("10.0.0.1:9100", server_class="toys", criticality=Criticality.LOW, owner="eve")
    found = reconciled((yaml(WEB), prom(labels)))
    mine = the(found, "web-1")
    assert (mine.server_class, mine.owner) == ("web", "")
    assert mine.criticality is Criticality.UNRATED
    assert {(d.kind, d.field) for d in found.drift if d.item == "web-1"} == {
        (DriftKind.CONFLICT, "class"),
        (DriftKind.UNWRITTEN, "criticality"),
        (DriftKind.UNWRITTEN, "owner"),
    }


def test_a_class_that_nobody_wrote_is_not_taken_from_a_label() -> None:
    found = reconciled((yaml(server("web-1")), prom(target("web-1:9100", server_class="web"))))
    assert the(found, "web-1").server_class == UNCLASSIFIED
    assert told(found, DriftKind.UNWRITTEN) == ["web-1"]


@pytest.mark.parametrize(
    "sighting",
    [
        target("10.0.0.1:9100"),
        target("web-1:9100", host="node.example"),
        target("elsewhere:1", host="10.0.0.1"),
        target("elsewhere:1", host="node.example", name="web-1"),
    ],
    ids=["address in instance", "name in instance", "scraped at its address", "name label"],
)
def test_a_target_is_known_by_name_instance_and_address(sighting: Sighting) -> None:
    found = reconciled((yaml(WEB), prom(sighting)))
    assert [each.name for each in found.estate.servers] == ["web-1"]
    assert found.sources["web-1"] == ("estate.yaml", "prom")
    assert told(found, DriftKind.UNSEEN) == []


def test_a_server_without_instances_answers_to_those_of_its_targets() -> None:
    found = reconciled((yaml(WEB), prom(target("10.0.0.1:9100"))))
    assert the(found, "web-1").instances == ("10.0.0.1:9100",)


def test_a_server_with_instances_keeps_to_them() -> None:
    """Another port is another exporter: its being down is not the server's."""
    listed = server("web-1", instances=("10.0.0.1:9100",))
    found = reconciled((yaml(listed), prom(target("10.0.0.1:9104"))))
    assert the(found, "web-1").instances == ("10.0.0.1:9100",)
    assert len(found.estate.servers) == 1


def test_a_target_that_only_bears_a_server_s_name_does_not_speak_for_it() -> None:
    """Whoever may label a target could else tell anything of any server."""
    found = reconciled((yaml(WEB), prom(target("10.6.6.6:9100", host="10.6.6.6", name="web-1"))))
    assert the(found, "web-1").instances == ()
    assert told(found, DriftKind.IDENTITY) == ["web-1"]


def test_a_target_that_may_be_two_servers_is_neither_s() -> None:
    both = (server("a", address="10.0.0.1"), server("b", address="10.0.0.1"))
    found = reconciled((yaml(*both), prom(target("10.0.0.1:9100"))))
    assert told(found, DriftKind.IDENTITY) == ["10.0.0.1:9100"]
    assert [each.instances for each in found.estate.servers] == [(), ()]


def test_what_is_written_exactly_comes_before_a_shared_host() -> None:
    both = (server("a", instances=("h:1",)), server("b", instances=("h:2",)))
    found = reconciled((yaml(*both), prom(target("h:1"), target("h:2"))))
    assert told(found, DriftKind.IDENTITY) == told(found, DriftKind.UNSEEN) == []


@pytest.mark.parametrize("instance", ["-rf", "{{ 7*7 }}", "[::1]:9100", "shop:9100"])
def test_what_cannot_be_a_server_s_name_is_no_server(instance: str) -> None:
    """Of these, the last is a service's name already."""
    shop = service("shop", "web-1", probe="http://10.0.0.1/")
    found = reconciled((yaml(WEB, services=(shop,)), prom(target(instance, host="h"))))
    assert [each.name for each in found.estate.servers] == ["web-1"]
    assert told(found, DriftKind.UNUSABLE) == [instance]


def test_servers_that_nobody_collects_from_are_told() -> None:
    found = reconciled((yaml(WEB, server("web-2")), prom(target("web-2:9100"))))
    assert told(found, DriftKind.UNSEEN) == ["web-1"]


def test_while_a_source_is_silent_nothing_is_called_missing() -> None:
    silent = Drift(kind=DriftKind.UNAVAILABLE, item="prom", words="refused", sources=("prom",))
    probed = service("shop", "web-1", probe="http://10.0.0.1/")
    other = replace(prom(), source="other")
    found = reconciled((yaml(WEB, services=(probed,)), other), (silent,))
    assert {each.kind for each in found.drift} == {DriftKind.UNAVAILABLE}


# ── what does not fit together ──


def test_references_that_lead_nowhere_are_told() -> None:
    shop = service("shop", "web-9", depends_on=("stock",), probe="http://10.0.0.1/")
    found = reconciled((yaml(WEB, services=(shop,)),))
    fields = [each.field for each in found.drift if each.kind is DriftKind.DANGLING]
    assert fields == ["depends_on", "server"]


def test_a_reference_may_lead_into_another_source() -> None:
    shop = service("shop", "web-2", depends_on=("stock",))
    others = cmdb(server("web-2"), services=(service("stock", "web-2"),))
    assert told(reconciled((yaml(services=(shop,)), others)), DriftKind.DANGLING) == []


def test_a_circle_is_told_in_the_direction_of_the_needs() -> None:
    ring = tuple(
        service(name, "web-1", depends_on=(needs,))
        for name, needs in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    [circle] = [
        d for d in reconciled((yaml(WEB, services=ring),)).drift if d.kind is DriftKind.CIRCLE
    ]
    assert circle.words == "depends on itself: a → b → c → a; remove one of these"


def test_services_without_metrics_are_told() -> None:
    services = (
        service("bare", "web-1"),
        service("probed", "web-1", probe="http://10.0.0.1/"),
        service("missed", "web-1", probe="http://10.0.0.1:81/"),
        service("own", "here", probe="http://127.0.0.1/"),  # Watchkeeper probes its own host
    )
    here = server("here", address="local")
    probing = prom(target("10.0.0.1:1"), probes=frozenset({"http://10.0.0.1"}))
    found = reconciled((yaml(WEB, here, services=services), probing))
    assert told(found, DriftKind.UNMEASURED) == ["bare", "missed"]
