"""When the readings stop, the watch may be the one cut off: one incident, and hands off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import FOUR, Watched
from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.metrics import Metrics
from tests.acceptance.rig.waiting import throughout, until
from tests.acceptance.rig.watchkeeper import Json, Watchkeeper

pytestmark = [
    pytest.mark.long,
    pytest.mark.live("prometheus"),
    pytest.mark.live("ansible"),
    pytest.mark.live("nginx"),
]

UNTOUCHED = {"stock": 1, "shop": 1, "mail": 1, "docs": 1}


@pytest.fixture
def estate(own_metrics: Metrics, folder: Path) -> Iterator[Estate]:
    """The four services before a Prometheus of their own."""
    made = Estate(folder=folder, metrics=own_metrics)
    try:
        made.build(FOUR)
        yield made
    finally:
        made.remove()


@pytest.fixture
def watchkeeper(estate: Estate, watched: Watched) -> Watchkeeper:
    """It has seen everything well, and may restart what is dead."""
    watchkeeper = watched(estate)
    watchkeeper.grant()
    throughout(lambda: not watchkeeper.incidents(), seconds=5, what="nothing is wrong yet")
    return watchkeeper


def lost(watchkeeper: Watchkeeper) -> list[Json]:
    return [each for each in watchkeeper.incidents() if each["type"] == "source-lost"]


def test_a_killed_prometheus_is_one_incident_and_no_action(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    estate.metrics.prometheus.kill()
    until(watchkeeper.incidents, within=40, what="an incident about the lost source", every=1)
    throughout(
        lambda: len(watchkeeper.incidents()) == 1 and not watchkeeper.actions(),
        seconds=15,
        what="one incident, and no action",
        every=1,
    )
    assert len(lost(watchkeeper)) == 1
    assert estate.starts == UNTOUCHED
    holds, report = watchkeeper.verify()
    assert holds, report


def test_what_another_source_sees_meanwhile_is_only_proposed(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    """The host itself shows a dead service; with half of the sight gone a person decides."""
    estate.metrics.prometheus.kill()
    until(lambda: lost(watchkeeper), within=40, what="an incident about the lost source", every=1)
    estate["docs"].kill_group()
    approval = watchkeeper.until_approval(within=40)
    assert approval["target"] == "docs"
    throughout(lambda: estate.starts == UNTOUCHED, seconds=10, what="nobody acts", every=1)
    assert len(lost(watchkeeper)) == 1
