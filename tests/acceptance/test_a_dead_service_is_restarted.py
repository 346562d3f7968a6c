"""The main story: a service dies, and the watch notices, understands, repairs and proves it."""

import secrets
import time

import pytest

from tests.acceptance.conftest import FOUR, Built, Watched
from tests.acceptance.rig.estate import Estate, Member
from tests.acceptance.rig.metrics import Metrics
from tests.acceptance.rig.watchkeeper import RUNBOOK, Json, Watchkeeper, cause

pytestmark = [
    pytest.mark.live("prometheus"),
    pytest.mark.live("ansible"),
    pytest.mark.live("nginx"),
]

NOTICED = 30
RESTORED = 60
CLOSED = 60


def closed_about(watchkeeper: Watchkeeper, name: str) -> Json:
    """The closed incident that names this service, with its whole story."""
    found = watchkeeper.until_incident("closed", "escalated", within=CLOSED, about=name)
    assert found["phase"] == "closed", found["escalation"]
    return watchkeeper.incident(found["id"])


def assert_repaired(watchkeeper: Watchkeeper, estate: Estate, name: str) -> None:
    """Restarted once, it alone, by the granted runbook; told, and written up."""
    incident = closed_about(watchkeeper, name)
    assert {action["target"] for action in incident["actions"]} == {name}
    assert {action["runbook"] for action in incident["actions"]} == {RUNBOOK}
    assert estate.starts == {each: 2 if each == name else 1 for each in estate.services}
    assert incident["closed_at"] is not None
    assert incident["cause"]["confidence"] > 0
    assert_well_written(incident, name)
    holds, report = watchkeeper.verify()
    assert holds, report
    assert report["faults"] == []


def assert_well_written(incident: Json, name: str) -> None:
    positions = [entry["position"] for entry in incident["timeline"]]
    assert positions == sorted(set(positions))
    assert len(positions) >= 8
    assert all(entry["actor"] and entry["at"] and entry["kind"] for entry in incident["timeline"])
    assert name in incident["post_mortem"]
    assert RUNBOOK in incident["post_mortem"]


@pytest.mark.parametrize("name", ["docs", "mail"])
def test_a_dead_service_is_restarted_verified_and_written_up(
    watchkeeper: Watchkeeper, estate: Estate, name: str
) -> None:
    watchkeeper.grant()
    died = time.monotonic()
    estate[name].kill_group()
    watchkeeper.until_incident(
        "triage", "evidence", "diagnosis", "deciding", "acting", "verifying", within=NOTICED
    )
    estate.metrics.until_probe(estate[name].probe, succeeds=True, within=RESTORED)
    print(f"\nkilled → answering again, as Prometheus sees it: {time.monotonic() - died:.1f} s")
    assert_repaired(watchkeeper, estate, name)
    print(f"killed → verified and closed: {time.monotonic() - died:.1f} s")
    assert len(watchkeeper.incidents()) == 1


def test_of_a_dead_service_and_its_victim_the_dead_one_is_restarted(
    built: Built, watched: Watched
) -> None:
    """The shop answers 502 seconds before anybody probes the stock that it waits for."""
    estate = built(FOUR | {"stock": Member(probed_every_seconds=8)})
    watchkeeper = watched(estate)
    watchkeeper.grant()
    estate.metrics.until_looked_again(estate["stock"].probe, within=12)
    estate["stock"].kill_group()
    estate.metrics.until_probe(estate["shop"].probe, succeeds=False, within=5)
    estate.metrics.until_probe(estate["shop"].probe, succeeds=True, within=RESTORED)
    assert_repaired(watchkeeper, estate, "stock")
    assert estate["shop"].starts == 1
    assert all(cause(incident) == "stock" for incident in watchkeeper.until_settled(within=CLOSED))


def opaque() -> str:
    return f"x{secrets.token_hex(4)}"


@pytest.mark.live("alertmanager")
def test_names_that_say_nothing_do_not_hide_the_cause(
    built: Built, watched: Watched, shared_metrics: Metrics
) -> None:
    """Services, units, job labels and alert names are random: only evidence is left."""
    needed, victim, other = opaque(), opaque(), opaque()
    estate = built(
        {
            needed: Member(job=opaque()),
            victim: Member(depends_on=needed, job=opaque()),
            other: Member(job=opaque()),
        }
    )
    watchkeeper = watched(estate)
    watchkeeper.grant()
    with shared_metrics.alerting(
        webhook=watchkeeper.alertmanager_webhook,
        token=estate.alertmanager_token,
        names={opaque(): estate[each].probe for each in (victim, needed)},
    ):
        estate[needed].kill_group()
        shared_metrics.until_probe(estate[needed].probe, succeeds=False, within=10)
        shared_metrics.until_probe(estate[victim].probe, succeeds=True, within=RESTORED)
        assert_repaired(watchkeeper, estate, needed)
    assert {action["target"] for action in watchkeeper.actions()} == {needed}


@pytest.mark.long
def test_workers_that_outlive_their_master_are_cleared_away_first(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    """The master is dead, its workers keep the port: a plain start would fail."""
    watchkeeper.grant()
    estate["docs"].kill_master()
    assert estate["docs"].is_up, "the workers go on answering"
    incident = closed_about(watchkeeper, "docs")
    assert incident["post_mortem"]
    assert estate["docs"].is_up
    assert estate.starts == {"stock": 1, "shop": 1, "mail": 1, "docs": 2}
