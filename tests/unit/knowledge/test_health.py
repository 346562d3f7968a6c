"""What is known of a service's health: its probe, the alerts, and how old that is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.health import Health, HealthBoard, HealthReason, Probed, accused

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
GRAPH = EstateGraph(
    Estate(
        servers=(Server(name="w1"), Server(name="w2"), Server(name="w3")),
        services=(
            *(
                Service(name=f"shop-{n}", server=f"w{n}", probe=f"http://w{n}/", replicas_of="shop")
                for n in (1, 2, 3)
            ),
            Service(name="cron", server="w1"),
        ),
    )
)
GOOD = Probed(answers=True, at=NOW - timedelta(seconds=60))
BAD = replace(GOOD, answers=False)
BOARD = HealthBoard(
    now=NOW, fresh_for=timedelta(seconds=150), probes={"shop-1": GOOD, "shop-2": BAD}
)


def anomaly(server: str, part: str, metric: str = "probe_success") -> Anomaly:
    return Anomaly(
        server=server,
        metric=metric,
        part=part,
        kind=AnomalyKind.THRESHOLD,
        rule="probe-failed",
        severity=AlertSeverity.CRITICAL,
        value=0.0,
        since=NOW,
    )


@pytest.mark.parametrize(
    ("service", "health", "reason"),
    [
        ("shop-1", Health.HEALTHY, HealthReason.ANSWERS),
        ("shop-2", Health.UNHEALTHY, HealthReason.DOES_NOT_ANSWER),
        ("shop-3", Health.UNKNOWN, HealthReason.NEVER_PROBED),
        ("cron", Health.UNKNOWN, HealthReason.NO_PROBE),
        ("nobody", Health.UNKNOWN, HealthReason.NO_PROBE),
    ],
)
def test_its_probe_speaks_for_a_service(service: str, health: Health, reason: HealthReason) -> None:
    said = BOARD.of(GRAPH, service)
    assert (said.health, said.reason) == (health, reason)


@pytest.mark.parametrize("age", [150, 151, -1])
def test_an_old_answer_says_nothing_and_one_from_the_future_neither(age: int) -> None:
    probed = Probed(answers=True, at=NOW - timedelta(seconds=age))
    said = replace(BOARD, probes={"shop-1": probed}).of(GRAPH, "shop-1")
    assert said.health is (Health.HEALTHY if age == 150 else Health.UNKNOWN)


def test_a_bad_answer_that_is_old_is_unknown_too() -> None:
    probed = Probed(answers=False, at=NOW - timedelta(hours=1))
    said = replace(BOARD, probes={"shop-1": probed}).of(GRAPH, "shop-1")
    assert (said.health, said.reason) == (Health.UNKNOWN, HealthReason.STALE)
    assert said.seen_at == NOW - timedelta(hours=1)


def test_an_open_alert_speaks_before_a_probe_that_answers() -> None:
    said = replace(BOARD, accused=frozenset({"shop-1"})).of(GRAPH, "shop-1")
    assert (said.health, said.reason) == (Health.UNHEALTHY, HealthReason.ALERT)


def test_only_what_names_a_service_accuses_it() -> None:
    told = (anomaly("w1", "shop-1"), anomaly("w2", "/var", "filesystem_free_ratio"))
    assert accused(GRAPH, told) == {"shop-1"}


def test_a_group_is_counted_and_the_unknown_carry_nothing() -> None:
    group = BOARD.of_group(GRAPH, "shop-2")
    assert (group.healthy, group.unhealthy, group.unknown) == (
        ("shop-1",),
        ("shop-2",),
        ("shop-3",),
    )
    assert group.size == 3
    assert group.without("shop-1") == ()
    assert group.without("shop-2") == ("shop-1",)


def test_an_empty_board_knows_nothing() -> None:
    assert HealthBoard().of(GRAPH, "shop-1").health is Health.UNKNOWN
    assert HealthBoard(probes={"shop-1": GOOD}).of(GRAPH, "shop-1").health is Health.UNKNOWN
