"""A new installation watches and proposes; a person decides."""

import pytest

from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.waiting import throughout, until
from tests.acceptance.rig.watchkeeper import RUNBOOK, SETTLED, Json, Watchkeeper

pytestmark = [
    pytest.mark.live("prometheus"),
    pytest.mark.live("ansible"),
    pytest.mark.live("nginx"),
]

UNTOUCHED = {"stock": 1, "shop": 1, "mail": 1, "docs": 1}


def approve_every_step(watchkeeper: Watchkeeper, asked: Json) -> None:
    """Each step that changes something is an action of its own, and is asked for by itself."""
    watchkeeper.do("approve", asked["id"])
    approved = {asked["id"]}

    def settled() -> bool:
        for further in watchkeeper.approvals():
            if further["id"] not in approved:
                approved.add(further["id"])
                watchkeeper.do("approve", further["id"])
        return watchkeeper.incident(asked["incident"])["phase"] in SETTLED

    until(settled, within=90, what="the approved incident settled", every=1)


def test_it_proposes_and_waits_and_an_approval_lets_it_go(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    estate["docs"].kill_group()
    asked = watchkeeper.until_approval(within=40)
    assert (asked["runbook"], asked["target"]) == (RUNBOOK, "docs")
    assert asked["digest"]
    assert asked["expires_at"]
    throughout(
        lambda: estate.starts == UNTOUCHED and not watchkeeper.wrappers(),
        seconds=6,
        what="nothing is done before a person has answered",
    )
    approve_every_step(watchkeeper, asked)
    incident = watchkeeper.incident(asked["incident"])
    assert incident["phase"] == "closed", incident["escalation"]
    assert estate["docs"].is_up
    assert estate.starts == UNTOUCHED | {"docs": 2}
    holds, report = watchkeeper.verify()
    assert holds, report


@pytest.mark.long
def test_a_denial_leaves_it_to_people(watchkeeper: Watchkeeper, estate: Estate) -> None:
    estate["docs"].kill_group()
    asked = watchkeeper.until_approval(within=40)
    watchkeeper.do("deny", asked["id"], "--reason", "the night shift repairs this by hand")
    incident = watchkeeper.until_incident("escalated", within=30)
    assert incident["id"] == asked["incident"]
    assert incident["escalation"]
    throughout(lambda: estate.starts == UNTOUCHED, seconds=8, what="a denied action is not done")
    assert watchkeeper.approvals() == []


@pytest.mark.long
def test_a_grant_for_another_class_permits_nothing(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    watchkeeper.grant(server_class="database")
    estate["docs"].kill_group()
    watchkeeper.until_approval(within=40)
    throughout(lambda: estate.starts == UNTOUCHED, seconds=8, what="the grant is not for this one")
