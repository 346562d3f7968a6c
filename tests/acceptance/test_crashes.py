"""kill -9 in the middle of an action: at most once; otherwise unknown, and a person is asked."""

import pytest

from tests.acceptance.rig import processes
from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.waiting import throughout, until
from tests.acceptance.rig.watchkeeper import Watchkeeper

pytestmark = [
    pytest.mark.long,
    pytest.mark.live("prometheus"),
    pytest.mark.live("ansible"),
    pytest.mark.live("nginx"),
]


def in_the_middle_of_the_restart(watchkeeper: Watchkeeper, estate: Estate) -> int:
    """Brings the story to where ansible waits for a slow start; the wrapper's pid."""
    watchkeeper.grant()
    estate["docs"].starting("is slow")
    estate["docs"].kill_group()
    until(lambda: estate["docs"].starts == 2, within=60, what="ansible starts docs", every=0.05)
    return watchkeeper.until_wrapper(within=2)


def assert_ended_well(watchkeeper: Watchkeeper, estate: Estate) -> None:
    [incident] = watchkeeper.until_settled(within=90)
    assert incident["phase"] == "closed", incident["escalation"]
    assert estate["docs"].is_up
    assert estate["docs"].starts == 2, "no second restart"
    assert watchkeeper.incident(incident["id"])["post_mortem"]
    holds, report = watchkeeper.verify()
    assert holds, report


def test_watchkeeper_dies_and_comes_back_while_ansible_works_on(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    wrapper = in_the_middle_of_the_restart(watchkeeper, estate)
    watchkeeper.kill()
    assert processes.is_alive(wrapper), "the job outlives the one who launched it"
    watchkeeper.start()
    assert_ended_well(watchkeeper, estate)


def test_watchkeeper_dies_and_comes_back_when_ansible_has_long_finished(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    wrapper = in_the_middle_of_the_restart(watchkeeper, estate)
    watchkeeper.kill()
    until(lambda: not processes.is_alive(wrapper), within=60, what="the job's end")
    assert estate["docs"].is_up
    watchkeeper.start()
    assert_ended_well(watchkeeper, estate)


def test_a_killed_wrapper_is_unknown_and_goes_to_a_person(
    watchkeeper: Watchkeeper, estate: Estate
) -> None:
    wrapper = in_the_middle_of_the_restart(watchkeeper, estate)
    processes.kill(wrapper)
    incident = watchkeeper.until_incident("escalated", within=60)
    assert incident["escalation"]
    throughout(
        lambda: estate["docs"].starts == 2 and not watchkeeper.wrappers(),
        seconds=10,
        what="what is unknown is never launched again",
    )
    holds, report = watchkeeper.verify()
    assert holds, report


def test_watchkeeper_and_the_wrapper_die_together(watchkeeper: Watchkeeper, estate: Estate) -> None:
    wrapper = in_the_middle_of_the_restart(watchkeeper, estate)
    watchkeeper.kill()
    processes.kill(wrapper)
    watchkeeper.start()
    incident = watchkeeper.until_incident("escalated", within=60)
    assert incident["escalation"]
    throughout(lambda: estate["docs"].starts == 2, seconds=10, what="not launched again")


def test_a_second_watch_over_the_same_journal_is_refused(watchkeeper: Watchkeeper) -> None:
    second = watchkeeper.speak("up", "--config", str(watchkeeper.configuration))
    assert second.exit_code != 0
    assert second.errors.strip()
    assert "Traceback" not in second.errors
