"""The kill switch in the middle of it all: nothing further starts, and it holds over a restart."""

import pytest

from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.waiting import throughout, until
from tests.acceptance.rig.watchkeeper import Watchkeeper

pytestmark = [
    pytest.mark.long,
    pytest.mark.live("prometheus"),
    pytest.mark.live("ansible"),
    pytest.mark.live("nginx"),
]


def engaged(watchkeeper: Watchkeeper) -> bool:
    return bool(watchkeeper.do("kill", "status")["engaged"])


def refused(watchkeeper: Watchkeeper) -> bool:
    """Whether the only administrator, who engaged it, may not release it yet."""
    spoken = watchkeeper.speak("kill", "release", "--reason", "the work is done")
    assert spoken.exit_code == 0 or "waits 60 seconds" in spoken.errors + spoken.output, spoken
    return spoken.exit_code != 0


def test_engaged_in_the_middle_nothing_further_starts_and_it_survives_a_restart(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    watchkeeper.grant()
    assert not engaged(watchkeeper)
    estate["docs"].starting("is slow")
    estate["docs"].kill_group()
    until(lambda: estate["docs"].starts == 2, within=60, what="ansible starts docs", every=0.05)

    watchkeeper.do("kill", "engage", "--reason", "the database team is working")
    assert refused(watchkeeper), "whoever is alone says it again after a minute"
    estate["mail"].kill_group()
    throughout(
        lambda: estate["mail"].starts == 1, seconds=20, what="nothing further starts", every=1
    )
    assert engaged(watchkeeper)
    assert watchkeeper.wrappers() == [], "what was running has come to its step's end"

    watchkeeper.kill()
    watchkeeper.start()
    assert engaged(watchkeeper), "a restart does not release it"
    throughout(
        lambda: estate["mail"].starts == 1 and estate["docs"].starts == 2,
        seconds=10,
        what="nothing starts after the restart either",
        every=1,
    )

    until(lambda: not refused(watchkeeper), within=90, what="the release is taken", every=2)
    assert not engaged(watchkeeper)
    holds, report = watchkeeper.verify()
    assert holds, report


def test_it_can_be_engaged_while_no_watch_is_kept(watchkeeper: Watchkeeper) -> None:
    watchkeeper.stop()
    watchkeeper.do("kill", "engage", "--reason", "before the first start")
    watchkeeper.start()
    assert engaged(watchkeeper)
