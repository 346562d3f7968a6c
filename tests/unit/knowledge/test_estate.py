"""The estate as a graph: who needs whom, who runs where, and how sources name them."""

from dataclasses import replace

import pytest

from watchkeeper.domain.estate import (
    UNCLASSIFIED,
    Criticality,
    Estate,
    Exposure,
    Server,
    Service,
)
from watchkeeper.domain.readings import ProbeTarget
from watchkeeper.knowledge.estate import EstateGraph

SHOP = Service(
    name="shop", server="web-1", probe="http://127.0.0.1:8080/", depends_on=("orders", "cache")
)
ORDERS = Service(name="orders", server="db-1", probe="tcp://db-1:99", depends_on=("stock",))
STOCK = Service(name="stock", server="db-1", owner="the stock team")
CACHE = Service(name="cache", server="web-2", depends_on=("stock",))
BLOG = Service(name="blog", server="web-3")

ESTATE = Estate(
    servers=(
        Server(name="web-1", server_class="web", owner="web team", instances=("10.0.0.1:9100",)),
        Server(name="web-2", server_class="web", owner="web team"),
        Server(name="web-3", instances=("10.0.0.3:9100", "web-3.example:9100")),
        Server(name="db-1", server_class="database", owner="the data team"),
    ),
    services=(SHOP, ORDERS, STOCK, CACHE, BLOG),
)
GRAPH = EstateGraph(ESTATE)


def test_an_item_is_a_server_or_a_service() -> None:
    assert GRAPH.knows("web-1") and GRAPH.knows("shop")
    assert not GRAPH.knows("cloud-9")


@pytest.mark.parametrize(
    ("item", "server", "server_class"),
    [
        ("shop", "web-1", "web"),
        ("web-1", "web-1", "web"),
        ("orders", "db-1", "database"),
        ("blog", "web-3", UNCLASSIFIED),
        ("cloud-9", "", UNCLASSIFIED),
    ],
)
def test_an_item_s_class_is_that_of_the_server_it_is_or_runs_on(
    item: str, server: str, server_class: str
) -> None:
    assert (GRAPH.server_of(item), GRAPH.class_of(item)) == (server, server_class)


@pytest.mark.parametrize(
    ("item", "owner"),
    [
        ("stock", "the stock team"),
        ("shop", "web team"),  # its server's, where it has none of its own
        ("db-1", "the data team"),
        ("blog", ""),
        ("cloud-9", ""),
    ],
)
def test_who_has_to_be_told(item: str, owner: str) -> None:
    assert GRAPH.owner_of(item) == owner


def test_the_services_of_a_server_come_in_the_estate_s_order() -> None:
    assert GRAPH.services_on("db-1") == (ORDERS, STOCK)
    assert GRAPH.services_on("cloud-9") == ()


def test_what_a_service_needs_nearest_first_and_each_once() -> None:
    assert GRAPH.upstreams("shop") == ("orders", "cache", "stock")
    assert GRAPH.upstreams("stock") == GRAPH.upstreams("cloud-9") == ()


def test_what_needs_a_service_nearest_first_and_each_once() -> None:
    assert GRAPH.dependants("stock") == ("orders", "cache", "shop")
    assert GRAPH.dependants("shop") == GRAPH.dependants("web-1") == ()


def test_services_that_need_each_other_are_walked_once() -> None:
    graph = EstateGraph(
        replace(ESTATE, services=(replace(STOCK, depends_on=("shop",)), SHOP, ORDERS, CACHE))
    )
    assert set(graph.upstreams("shop")) == {"orders", "cache", "stock"}
    assert set(graph.dependants("shop")) == {"orders", "cache", "stock"}


def test_the_shortest_way_from_a_cause_to_a_symptom() -> None:
    assert GRAPH.path("stock", "shop") == ("stock", "orders", "shop")
    assert GRAPH.path("shop", "shop") == ("shop",)
    assert GRAPH.path("shop", "stock") == ()  # not against the needs
    assert GRAPH.path("blog", "shop") == ()


def test_servers_are_related_when_their_services_need_one_another() -> None:
    assert GRAPH.related("web-1", "web-1")
    assert GRAPH.related("web-1", "db-1") and GRAPH.related("db-1", "web-1")
    assert not GRAPH.related("web-1", "web-3")
    assert not GRAPH.related("web-1", "cloud-9")
    assert GRAPH.related("cloud-9", "cloud-9")


def test_sources_are_asked_for_servers_by_every_name_and_for_services_by_their_probe() -> None:
    targets = GRAPH.targets()
    assert targets.servers == {
        "10.0.0.1:9100": "web-1",
        "web-1": "web-1",
        "web-2": "web-2",
        "10.0.0.3:9100": "web-3",
        "web-3.example:9100": "web-3",
        "web-3": "web-3",
        "db-1": "db-1",
    }
    assert targets.probes == (
        ProbeTarget(instance="http://127.0.0.1:8080/", server="web-1", service="shop"),
        ProbeTarget(instance="tcp://db-1:99", server="db-1", service="orders"),
    )


def test_one_server_s_targets_are_its_own_and_no_other_s() -> None:
    targets = GRAPH.targets_on("db-1")
    assert targets.servers == {"db-1": "db-1"}
    assert [probe.service for probe in targets.probes] == ["orders"]
    nobody = GRAPH.targets_on("cloud-9")
    assert (nobody.servers, nobody.probes) == ({}, ())


def test_an_empty_estate_knows_nothing_and_fails_at_nothing() -> None:
    graph = EstateGraph(Estate())
    assert (graph.targets().servers, graph.servers, graph.services) == ({}, {}, {})
    assert not graph.related("a", "b")


# ── what authority reads ──

FRONT = tuple(
    Service(name=f"front-{n}", server=f"web-{n}", replicas_of="front", criticality=rating)
    for n, rating in ((1, Criticality.MEDIUM), (2, Criticality.UNRATED))
)
VAULT = Service(name="vault", server="web-3", protected=True)
RATED = EstateGraph(
    replace(
        ESTATE,
        servers=(
            Server(name="web-1", server_class="web", exposure=Exposure.INTERNET),
            Server(name="web-2", server_class="web", criticality=Criticality.HIGH),
            Server(name="web-3"),
            Server(name="bastion", protected=True),
        ),
        services=(*FRONT, VAULT, Service(name="gate", server="bastion")),
    )
)


@pytest.mark.parametrize(
    ("item", "criticality"),
    [
        ("front-1", Criticality.MEDIUM),
        ("front-2", Criticality.HIGH),  # its server's
        ("web-2", Criticality.HIGH),
        ("web-1", Criticality.UNRATED),
        ("cloud-9", Criticality.UNRATED),
    ],
)
def test_what_an_outage_costs(item: str, criticality: Criticality) -> None:
    assert RATED.criticality_of(item) is criticality


def test_who_can_reach_an_item_and_of_a_stranger_everybody() -> None:
    assert RATED.exposure_of("front-1") is Exposure.INTERNET
    assert RATED.exposure_of("web-2") is Exposure.INTERNAL
    assert RATED.exposure_of("cloud-9") is Exposure.INTERNET


@pytest.mark.parametrize(
    ("item", "protected"),
    [
        ("vault", True),
        ("web-3", True),  # rebooting it would take the vault down
        ("bastion", True),
        ("gate", True),  # its server is
        ("front-1", False),
        ("web-1", False),
        ("cloud-9", False),
    ],
)
def test_what_is_never_acted_on_alone(item: str, protected: bool) -> None:
    assert RATED.protected(item) is protected


def test_the_replicas_of_a_service_and_whether_anybody_stands_in() -> None:
    assert RATED.replicas("front-1") == FRONT
    assert not RATED.single_instance("front-1")
    assert RATED.replicas("vault") == (VAULT,)
    assert RATED.single_instance("vault")
    assert RATED.replicas("cloud-9") == ()
    assert RATED.single_instance("cloud-9")


def test_replicas_on_one_server_do_not_stand_in_for_one_another() -> None:
    same = tuple(replace(each, server="web-1") for each in FRONT)
    assert EstateGraph(replace(ESTATE, services=same)).single_instance("front-1")


def test_the_servers_of_a_class() -> None:
    assert RATED.servers_of_class("web") == ("web-1", "web-2")
    assert RATED.servers_of_class("toys") == ()


def test_what_goes_down_with_an_item() -> None:
    assert RATED.touched("front-1") == (FRONT[0],)
    assert RATED.touched("web-3") == (VAULT,)
    assert RATED.touched("cloud-9") == ()
