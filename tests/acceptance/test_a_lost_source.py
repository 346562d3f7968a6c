"""When the readings stop, the watch may be the one cut off: one incident, and hands off."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import FOUR, Watched
from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.metrics import Metrics
from tests.acceptance.rig.waiting import throughout, until

pytestmark = [pytest.mark.long, pytest.mark.live("prometheus")]


def test_a_killed_prometheus_is_one_incident_and_no_action(
    own_metrics: Metrics, folder: Path, watched: Watched
) -> None:
    estate = Estate(folder=folder, metrics=own_metrics)
    try:
        estate.build(FOUR)
        watchkeeper = watched(estate)
        watchkeeper.grant()
        throughout(lambda: not watchkeeper.incidents(), seconds=5, what="nothing is wrong yet")
        own_metrics.prometheus.kill()
        estate["docs"].kill_group()  # nobody can see this one die: nothing may be guessed
        until(watchkeeper.incidents, within=40, what="an incident about the lost source", every=1)
        throughout(
            lambda: len(watchkeeper.incidents()) == 1 and not watchkeeper.actions(),
            seconds=15,
            what="one incident, and no action",
            every=1,
        )
        assert estate.starts == {"stock": 1, "shop": 1, "mail": 1, "docs": 1}
        holds, report = watchkeeper.verify()
        assert holds, report
    finally:
        estate.remove()
