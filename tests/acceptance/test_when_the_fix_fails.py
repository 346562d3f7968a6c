"""A step that fails stops the runbook, and a person is told; nothing more is tried."""

import pytest

from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.waiting import throughout
from tests.acceptance.rig.watchkeeper import Watchkeeper, cause

pytestmark = [
    pytest.mark.long,
    pytest.mark.live("prometheus"),
    pytest.mark.live("ansible"),
    pytest.mark.live("nginx"),
]


def test_a_service_that_does_not_come_back_is_handed_to_a_person(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    watchkeeper.grant()
    estate["docs"].starting("fails")
    estate["docs"].kill_group()
    incident = watchkeeper.until_incident("escalated", within=90)
    assert cause(incident) == "docs"
    assert incident["escalation"]
    actions, starts = len(watchkeeper.actions()), estate.starts
    assert starts["docs"] == 2, "tried once"
    throughout(
        lambda: (
            estate.starts == starts
            and len(watchkeeper.actions()) == actions
            and not watchkeeper.wrappers()
        ),
        seconds=15,
        what="after the failing step nothing more is done",
    )
    assert [each["phase"] for each in watchkeeper.incidents()] == ["escalated"]
    holds, report = watchkeeper.verify()
    assert holds, report


def test_a_service_that_a_person_has_hides_no_other_one(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    """One server has one alert: what comes after is an incident of its own, and is mended."""
    watchkeeper.grant()
    estate["docs"].starting("fails")
    estate["docs"].kill_group()
    watchkeeper.until_incident("escalated", within=90, about="docs")
    estate["mail"].kill_group()
    watchkeeper.until_incident("closed", within=90, about="mail")
    assert estate["mail"].is_up
    assert estate.starts == {"stock": 1, "shop": 1, "mail": 2, "docs": 2}
    phases = {cause(each): each["phase"] for each in watchkeeper.incidents()}
    assert phases == {"docs": "escalated", "mail": "closed"}


def test_a_start_that_never_answers_does_not_hold_the_watch_for_ever(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    watchkeeper.grant()
    estate["docs"].starting("never answers")
    estate["docs"].kill_group()
    watchkeeper.until_incident("acting", within=60)
    incident = watchkeeper.until_incident("escalated", within=240)
    assert incident["escalation"]
    assert estate["docs"].starts == 2
    throughout(lambda: estate["docs"].starts == 2, seconds=8, what="it is not tried again")
