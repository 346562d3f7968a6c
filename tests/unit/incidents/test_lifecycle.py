"""An incident's life, from the first alert to its close, and every way it may be over before."""

from tests.unit.incidents.case import (
    ALERT,
    OTHER_ALERT,
    RESTART,
    Case,
    cause_is,
    silent,
)
from watchkeeper.domain.entry import Said, Tell
from watchkeeper.domain.events.actions import ActionOutcome, ActionProposed, ApprovalWithdrawn
from watchkeeper.domain.events.incidents import (
    CheckOutcome,
    CheckRequested,
    DiagnosisReopened,
    Escalation,
    EvidenceRequested,
    IncidentClosed,
    IncidentEscalated,
    IncidentQuiet,
    IncidentTriaged,
    InvestigationRequested,
    PostMortemRequested,
    PostMortemWritten,
    Resolution,
    RunbookChosen,
    SourceBack,
    SourceLostAgain,
    StepWithdrawn,
    VerificationStarted,
)
from watchkeeper.domain.severity import Priority
from watchkeeper.incidents.incident_fold import Phase

SHOP = cause_is("shop")


def kinds(said: list[Said]) -> list[type]:
    return [type(one.body if isinstance(one, Tell) else one) for one in said]


def shop_is_down() -> Case:
    return Case().open(silent("shop"))


def waits_for_a_person() -> Case:
    """The step that ends left-over processes is out, and a person is asked about it."""
    return shop_is_down().diagnosed(SHOP, shop=False).until_step("stop-leftovers")


def handed_over() -> Case:
    """Nobody knows the cause: a person has it, written up."""
    case = shop_is_down().diagnosed()
    case.write()
    return case


def test_it_is_looked_at_then_asked_about_then_investigated_then_decided() -> None:
    case = shop_is_down()
    assert kinds(case.proceed()) == [IncidentTriaged, EvidenceRequested]
    assert kinds(case.gather(shop=False)) == [InvestigationRequested]
    assert kinds(case.diagnose(SHOP)) == [RunbookChosen, CheckRequested]
    assert case.state.phase is Phase.ACTING
    chosen = case.last(RunbookChosen)
    assert (chosen.runbook, chosen.target) == (RESTART.id, "shop")


def test_a_fix_that_holds_is_written_up_and_closed_as_fixed() -> None:
    case = shop_is_down().diagnosed(SHOP, shop=False).until_verifying()
    case.quiet()
    while case.state.open:
        case.later(minutes=1)
        case.proceed()
        if case.state.waiting:
            case.go_on()
    assert case.last(IncidentClosed).resolution is Resolution.FIXED
    assert [t.step for t in case.state.taken] == ["stop-leftovers", "start"]
    assert case.state.closed_at == case.now


def test_nothing_is_said_while_an_answer_is_awaited() -> None:
    case = shop_is_down()
    case.proceed()
    assert case.proceed() == []
    case.gather()
    assert case.proceed() == []
    case.diagnose(SHOP)
    while case.state.phase is not Phase.VERIFYING:
        assert case.state.waiting
        assert case.proceed() == []
        case.go_on()


def test_without_a_cause_a_person_takes_over_at_once() -> None:
    case = shop_is_down()
    case.proceed()
    case.gather()
    assert kinds(case.diagnose()) == [IncidentEscalated, PostMortemRequested]
    assert case.state.escalation is Escalation.NO_CAUSE


def test_a_cause_that_no_runbook_is_for_goes_to_a_person() -> None:
    case = shop_is_down().diagnosed(cause_is("web-1", "cpu-saturation"))
    assert case.state.escalation is Escalation.NO_RUNBOOK
    assert case.state.phase is Phase.ESCALATED


def test_what_is_over_before_anything_is_decided_is_written_up_and_closed() -> None:
    case = shop_is_down()
    case.proceed()
    case.quiet()
    case.gather()
    assert kinds(case.diagnose(SHOP)) == [PostMortemRequested]
    assert kinds(case.write()) == [IncidentClosed]
    assert case.last(IncidentClosed).resolution is Resolution.RECOVERED


def test_one_of_two_alerts_being_over_is_not_all_of_it() -> None:
    case = shop_is_down()
    case.join(silent("search"), alert=OTHER_ALERT)
    case.proceed()
    case.quiet()
    case.gather(shop=False)
    case.diagnose(SHOP)
    assert case.state.phase is Phase.ACTING
    assert [a.part for a in case.state.anomalies] == ["search"]


def test_an_alert_that_is_over_before_the_first_look_is_still_named_for_what_it_was() -> None:
    """Raised and resolved in one breath: it closes by itself, as the service that was down."""
    case = shop_is_down()
    case.quiet()
    case.proceed()
    triaged = case.last(IncidentTriaged)
    assert (triaged.incident_type, triaged.priority) == ("service-down", Priority.P3)
    assert "shop" in triaged.scope
    case.gather()
    case.diagnose()
    case.write()
    assert case.last(IncidentClosed).resolution is Resolution.RECOVERED


def test_a_service_that_came_back_before_the_runbook_did_anything_is_nobody_s_work() -> None:
    """Quiet while the precondition is asked: no step is proposed and no person is called."""
    case = shop_is_down().diagnosed(SHOP, shop=False)
    case.quiet()
    assert kinds(case.check(CheckOutcome.FAILED)) == [PostMortemRequested]
    assert kinds(case.write()) == [IncidentClosed]
    assert case.last(IncidentClosed).resolution is Resolution.RECOVERED
    assert case.told("action/") == []


def test_quiet_before_the_first_step_proposes_nothing_though_the_check_still_passes() -> None:
    case = shop_is_down().diagnosed(SHOP, shop=False)
    case.quiet()
    assert kinds(case.check(CheckOutcome.PASSED)) == [PostMortemRequested]


def test_once_something_was_changed_the_runbook_goes_to_its_end_though_all_is_quiet() -> None:
    """Left-over processes were ended: now the service has to be started, whatever alerts say."""
    case = waits_for_a_person()
    case.quiet()
    case.finish(ActionOutcome.SUCCEEDED)
    case.gather()
    assert case.state.taken[-1].step == "start"


def test_a_step_that_failed_goes_to_a_person_though_all_is_quiet() -> None:
    case = waits_for_a_person()
    case.quiet()
    case.finish(ActionOutcome.FAILED)
    assert case.state.escalation is Escalation.STEP_FAILED


def test_a_step_that_nobody_can_tell_the_end_of_goes_to_a_person_though_all_is_quiet() -> None:
    case = waits_for_a_person()
    case.quiet()
    case.finish(ActionOutcome.UNKNOWN)
    assert case.state.escalation is Escalation.STEP_UNKNOWN


def test_a_question_is_taken_back_once_when_all_is_quiet() -> None:
    case = waits_for_a_person()
    assert case.proceed() == []
    case.quiet()
    action = case.state.taken[-1].id
    withdrawn, told = case.proceed()
    assert withdrawn == StepWithdrawn(step="stop-leftovers", action=action)
    assert told == Tell(stream=f"action/{action}", body=ApprovalWithdrawn())
    assert case.proceed() == []


def test_a_question_that_was_taken_back_before_anything_was_done_ends_it() -> None:
    case = waits_for_a_person()
    case.quiet()
    case.proceed()
    assert kinds(case.finish(ActionOutcome.WITHDRAWN)) == [PostMortemRequested]
    assert kinds(case.write()) == [IncidentClosed]
    assert case.last(IncidentClosed).resolution is Resolution.RECOVERED


def test_a_question_taken_back_after_something_was_done_leaves_a_fix_to_verify() -> None:
    case = shop_is_down().diagnosed(SHOP, shop=False).until_step("start")
    case.quiet()
    case.proceed()
    assert kinds(case.finish(ActionOutcome.WITHDRAWN)) == [VerificationStarted]
    assert case.state.phase is Phase.VERIFYING


def test_an_alert_that_comes_again_while_the_question_is_taken_back_is_asked_about_again() -> None:
    case = waits_for_a_person()
    case.quiet()
    case.proceed()
    case.join(silent("shop"))
    case.finish(ActionOutcome.WITHDRAWN)
    first, second = case.state.taken
    assert (first.step, first.outcome, second.step) == (
        "stop-leftovers",
        ActionOutcome.WITHDRAWN,
        "stop-leftovers",
    )
    assert len({first.id, second.id}) == 2
    proposed = [body for body in case.told("action/") if isinstance(body, ActionProposed)]
    assert [p.action.id for p in proposed] == [first.id, second.id]


def test_a_question_that_flaps_a_second_time_goes_to_a_person() -> None:
    case = waits_for_a_person()
    for _ in range(2):
        case.quiet()
        case.proceed()
        case.join(silent("shop"))
        case.finish(ActionOutcome.WITHDRAWN)
    assert case.state.escalation is Escalation.EXPIRED


def test_with_a_person_it_waits_until_all_is_quiet_and_is_then_written_up_and_closed() -> None:
    case = handed_over()
    case.later(hours=5)
    assert case.proceed() == []
    case.quiet()
    assert kinds(case.proceed()) == [IncidentQuiet, PostMortemRequested]
    assert kinds(case.write()) == [IncidentClosed]
    assert case.last(IncidentClosed).resolution is Resolution.BY_PERSON


def test_quiet_while_the_first_write_up_is_being_written_closes_after_the_last_one() -> None:
    case = shop_is_down().diagnosed()
    case.quiet()
    assert kinds(case.write()) == [IncidentQuiet, PostMortemRequested]
    case.write()
    assert not case.state.open


def test_an_alert_that_comes_again_before_the_close_keeps_it_open() -> None:
    case = handed_over()
    case.quiet()
    case.proceed()
    case.join(silent("shop"))
    assert case.write() == []
    assert case.state.phase is Phase.ESCALATED
    case.quiet()
    assert kinds(case.proceed()) == [IncidentQuiet, PostMortemRequested]
    case.write()
    assert not case.state.open


def test_a_write_up_that_was_overtaken_by_an_alert_does_not_close_a_later_quiet() -> None:
    """It tells nothing of what came after it was asked for, so another one is written."""
    case = shop_is_down()
    case.proceed()
    case.quiet()
    case.gather(shop=False)
    case.diagnose(SHOP)
    case.join(silent("shop"))
    case.write()
    assert case.state.phase is Phase.ACTING
    case.quiet()
    assert kinds(case.check(CheckOutcome.FAILED)) == [PostMortemRequested]
    case.write()
    assert [type(body) for body in case.said].count(PostMortemWritten) == 2
    assert not case.state.open


def test_a_lost_source_is_handed_to_a_person_with_no_look_at_the_estate() -> None:
    case = Case().lose("prometheus")
    assert kinds(case.proceed()) == [IncidentTriaged, IncidentEscalated, PostMortemRequested]
    triaged = case.last(IncidentTriaged)
    assert (triaged.incident_type, triaged.priority, triaged.scope) == (
        "source-lost",
        Priority.P2,
        (),
    )
    case.write()
    assert case.proceed() == []
    assert case.told("action/") == []


def test_a_source_that_answers_again_ends_its_incident_unless_it_is_lost_again_first() -> None:
    case = Case().lose("prometheus")
    case.proceed()
    case.write()
    case.say(SourceBack(source="prometheus"))
    case.proceed()
    case.say(SourceLostAgain(source="prometheus"))
    assert case.write() == []
    case.say(SourceBack(source="prometheus"))
    case.proceed()
    case.write()
    assert not case.state.open


def test_a_closed_incident_says_nothing_more() -> None:
    case = handed_over()
    case.quiet()
    case.proceed()
    case.write()
    case.later(days=3)
    assert case.decide() == ()


def test_a_stream_that_never_began_says_nothing() -> None:
    case = Case()
    case.quiet()
    assert case.decide() == ()


def test_it_is_begun_anew_when_the_fix_was_good_and_something_is_still_wrong() -> None:
    case = shop_is_down().diagnosed(SHOP, shop=False).until_verifying().until_round(2)
    assert case.last(DiagnosisReopened).round == 2
    assert (case.state.course, case.state.watch) == (None, None)
    assert case.state.quiet == () and ALERT in case.state.alerts


def test_what_goes_quiet_in_a_later_round_is_written_up_anew_and_counts_as_fixed() -> None:
    case = shop_is_down().diagnosed(SHOP, shop=False).until_verifying().until_round(2)
    case.gather()
    case.quiet()
    assert kinds(case.diagnose()) == [PostMortemRequested]
    case.write()
    assert case.last(IncidentClosed).resolution is Resolution.FIXED
