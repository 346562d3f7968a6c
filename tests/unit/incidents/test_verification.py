"""Does the fix hold? Looked at five times through the window; unknown never verifies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.incidents.case import (
    NOON,
    OTHER_ALERT,
    RESTART,
    Case,
    cause_is,
    full,
    gone,
    silent,
)
from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.events.incidents import (
    CheckAnswered,
    CheckOutcome,
    CheckPurpose,
    CheckRequested,
    DiagnosisReopened,
    Escalation,
    IncidentClosed,
    IncidentVerified,
    PostMortemRequested,
    Resolution,
)
from watchkeeper.domain.runbook import CheckName, Runbook
from watchkeeper.incidents.incident_fold import Phase

PASSED, FAILED, UNKNOWN = CheckOutcome.PASSED, CheckOutcome.FAILED, CheckOutcome.UNKNOWN
THREE = (CheckName.PROBE_ANSWERS, CheckName.SERVICE_IS_DEAD, CheckName.FILESYSTEM_HAS_SPACE)


def mended(runbooks: dict[str, Runbook] | None = None) -> Case:
    """The service is started again at noon, and has to hold for five minutes."""
    case = Case(runbooks=runbooks).open(silent("shop"))
    return case.diagnosed(cause_is("shop"), shop=False).until_verifying()


def watched(case: Case, minutes: int, outcome: CheckOutcome = PASSED) -> None:
    """Minutes go by; every look finds this."""
    for _ in range(minutes):
        case.later(minutes=1)
        case.proceed()
        while case.state.waiting == CheckAnswered.kind:
            case.check(outcome)


def looks(case: Case) -> list[timedelta]:
    """When a verifying look was asked for, since noon."""
    return [
        entry.at - NOON
        for entry in case.ledger.entries
        if isinstance(entry.body, CheckRequested)
        and entry.body.purpose is CheckPurpose.VERIFICATION
    ]


def test_a_fix_is_looked_at_five_times_within_its_window() -> None:
    case = mended()
    case.later(seconds=59)
    assert case.proceed() == []
    case.later(seconds=1)
    case.proceed()
    case.check(PASSED)
    watched(case, 4)
    assert looks(case) == [timedelta(minutes=minute) for minute in range(1, 6)]


def test_quiet_and_answering_to_the_end_is_verified_and_not_before_the_end() -> None:
    case = mended()
    case.quiet()
    watched(case, 4)
    assert case.state.resolution is None
    case.later(minutes=1)
    case.proceed()
    assert case.check(PASSED) == [IncidentVerified(), PostMortemRequested()]
    case.write()
    assert case.last(IncidentClosed).resolution is Resolution.FIXED


def test_an_alert_that_goes_quiet_behind_the_window_is_still_in_time() -> None:
    case = mended()
    watched(case, 7)
    assert case.state.phase is Phase.VERIFYING
    case.quiet()
    assert case.proceed() == [IncidentVerified(), PostMortemRequested()]


@pytest.mark.parametrize("minute", [1, 3, 5])
def test_one_look_that_finds_it_broken_ends_the_verification(minute: int) -> None:
    case = mended()
    case.quiet()
    watched(case, minute - 1)
    watched(case, 1, FAILED)
    assert case.state.escalation is Escalation.NOT_VERIFIED


def test_a_look_that_nobody_can_answer_waits_and_then_asks_a_person() -> None:
    case = mended()
    case.quiet()
    watched(case, 9, UNKNOWN)
    assert case.state.phase is Phase.VERIFYING
    watched(case, 2, UNKNOWN)
    assert case.state.escalation is Escalation.CHECK_UNKNOWN


def test_an_unanswered_look_is_outweighed_by_the_next_one() -> None:
    case = mended()
    case.quiet()
    watched(case, 4, UNKNOWN)
    watched(case, 1, PASSED)
    assert case.state.resolution is Resolution.FIXED


def test_what_is_still_wrong_after_the_fix_has_held_is_looked_into_anew() -> None:
    case = mended()
    case.join(silent("search"), alert=OTHER_ALERT)
    case.quiet()
    watched(case, 20)
    assert case.last(DiagnosisReopened).round == 2
    assert case.state.scope[0] == "search"


def round_after(case: Case, minutes: int) -> int:
    """Every check passes, and the alerts go on for so long."""
    watched(case, minutes)
    return case.state.round


def test_an_alert_of_what_was_mended_may_echo_for_a_quarter_of_an_hour() -> None:
    case = mended()
    assert (round_after(case, 14), round_after(case, 1)) == (1, 2)


def test_an_alert_of_what_needs_what_was_mended_may_echo_as_long() -> None:
    case = Case().open(silent("shop"))
    case.join(silent("search"), alert=OTHER_ALERT)
    case.diagnosed(cause_is("orders"), orders=False).until_verifying()
    assert (round_after(case, 14), round_after(case, 1)) == (1, 2)


def test_an_alert_of_a_server_that_was_mended_may_echo_as_long() -> None:
    case = Case().open(full("/var"))
    case.diagnosed(cause_is("web-1", "disk-full", part="/var")).until_verifying()
    assert (round_after(case, 14), round_after(case, 1)) == (1, 2)


@pytest.mark.parametrize("other", [silent("blog"), full("/var"), gone("web-1")])
def test_an_alert_of_anything_else_is_no_echo_and_counts_after_a_second_window(
    other: Anomaly,
) -> None:
    case = mended()
    case.join(other, alert=OTHER_ALERT)
    assert (round_after(case, 9), round_after(case, 1)) == (1, 2)


def test_after_three_rounds_a_person_takes_over() -> None:
    case = mended()
    for number in (2, 3):
        watched(case, 20)
        assert case.state.round == number
        case.gather(shop=False)
        case.diagnose(cause_is("shop"))
        case.until_verifying()
    watched(case, 20)
    assert case.state.escalation is Escalation.NOT_VERIFIED


def test_every_check_of_the_runbook_is_asked_at_every_look() -> None:
    case = mended({RESTART.id: replace(RESTART, verification=THREE)})
    case.later(minutes=1)
    for check in THREE:
        case.proceed()
        asked = case.asked(CheckRequested)
        assert (asked.check, asked.item, asked.retry_seconds) == (check, "shop", 0.0)
        case.check(PASSED)
    assert case.proceed() == []
    case.quiet()
    watched(case, 4)
    assert case.state.resolution is Resolution.FIXED
    assert len(looks(case)) == 15


def test_a_check_that_fails_in_the_middle_of_a_look_is_enough() -> None:
    case = mended({RESTART.id: replace(RESTART, verification=THREE)})
    case.later(minutes=1)
    case.proceed()
    case.check(FAILED)
    assert case.state.escalation is Escalation.NOT_VERIFIED


def test_a_write_up_that_an_alert_overtakes_closes_nothing() -> None:
    case = mended()
    case.quiet()
    watched(case, 5)
    assert case.state.resolution is Resolution.FIXED
    case.join(silent("shop"))
    case.write()
    assert case.state.phase is Phase.VERIFYING
    assert case.state.resolution is None


def test_a_runbook_that_is_gone_cannot_say_whether_it_worked() -> None:
    case = mended()
    case.runbooks.clear()
    case.later(minutes=1)
    case.proceed()
    assert case.state.escalation is Escalation.NO_RUNBOOK


def test_a_runbook_without_a_way_to_verify_is_handed_to_a_person() -> None:
    case = mended({RESTART.id: replace(RESTART, verification=())})
    assert case.state.escalation is Escalation.NO_RUNBOOK


def test_it_wants_to_be_woken_for_its_next_look_only_while_it_waits_for_nothing() -> None:
    case = mended()
    assert case.state.wake_at == NOON + timedelta(minutes=1)
    case.later(minutes=1)
    case.proceed()
    assert case.state.wake_at is None
    case.check(PASSED)
    assert case.state.wake_at == NOON + timedelta(minutes=2)
