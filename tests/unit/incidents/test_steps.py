"""The runbook, step by step: what is proposed, and everything that stops it."""

from dataclasses import replace

import pytest

from tests.unit.incidents.case import (
    FREE_SPACE,
    RESTART,
    RUNBOOKS,
    Case,
    cause_is,
    full,
    silent,
)
from watchkeeper.domain.entry import Tell
from watchkeeper.domain.estate import UNCLASSIFIED
from watchkeeper.domain.events.actions import ActionOutcome, ActionProposed, action_stream
from watchkeeper.domain.events.incidents import (
    CheckAnswered,
    CheckOutcome,
    CheckPurpose,
    CheckRequested,
    Escalation,
    EvidenceRequested,
    IncidentEscalated,
    PostMortemRequested,
    StepStarted,
    VerificationStarted,
)
from watchkeeper.domain.evidence import Question
from watchkeeper.domain.runbook import CheckName, Runbook
from watchkeeper.incidents.incident_fold import Phase
from watchkeeper.incidents.steps import MOST_STARTS


def a_restart(runbooks: dict[str, Runbook] | None = None) -> Case:
    """The shop is down, the cause is known, and the runbook has begun."""
    case = Case(runbooks=runbooks).open(silent("shop"))
    return case.diagnosed(cause_is("shop"), shop=False)


def proposed(case: Case) -> list[ActionProposed]:
    return [body for body in case.told("action/") if isinstance(body, ActionProposed)]


def test_preconditions_come_first_then_every_step_in_its_order() -> None:
    case = a_restart()
    walk: list[str] = []
    while case.state.phase is Phase.ACTING:
        match case.said[-1]:
            case CheckRequested(purpose=purpose, check=check, step=step):
                walk.append(f"{purpose} {check} {step}".strip())
            case StepStarted(step=step):
                walk.append(f"act {step}")
            case EvidenceRequested():
                walk.append("look again")
        case.go_on()
    assert walk == [
        "precondition service_is_dead",
        "step service_is_dead confirm-dead",
        "act stop-leftovers",
        "look again",
        "act start",
        "look again",
        "step probe_answers answers",
    ]
    assert case.last(VerificationStarted).until == case.now + case.times.verification


def test_a_proposal_says_all_that_it_would_do_and_what_speaks_for_it() -> None:
    case = a_restart().until_step("start")
    action, cited = proposed(case)[-1].action, proposed(case)[-1].cited
    step = next(step for step in RESTART.steps if step.id == "start")
    assert step.template is not None
    assert (action.id, action.incident, action.runbook) == ("I1-02", "I1", RESTART.id)
    assert (action.runbook_digest, action.template_digest) == (RESTART.digest, step.template.digest)
    assert (action.target, action.server, action.server_class) == ("shop", "web-1", "web")
    assert dict(action.parameters) == {
        "unit": ("shop",),
        "process": ("nginx",),
        "pid_file": ("/run/shop.pid",),
    }
    assert (action.confidence, action.timeout_seconds) == (8400, step.timeout_seconds)
    ((check, position),) = cited
    assert check == "service_is_dead"
    answer = case.ledger.entries[position - 1].body
    assert isinstance(answer, CheckAnswered) and answer.purpose is CheckPurpose.PRECONDITION


def test_an_action_is_proposed_in_its_own_new_stream_in_the_same_breath() -> None:
    case = a_restart()
    case.check(CheckOutcome.PASSED)
    started, told = case.check(CheckOutcome.PASSED)
    assert isinstance(started, StepStarted) and isinstance(told, Tell)
    assert (told.stream, told.expected) == (action_stream(started.action), 0)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (ActionOutcome.FAILED, Escalation.STEP_FAILED),
        (ActionOutcome.UNREACHABLE, Escalation.STEP_UNREACHABLE),
        (ActionOutcome.UNKNOWN, Escalation.STEP_UNKNOWN),
        (ActionOutcome.REFUSED, Escalation.REFUSED),
        (ActionOutcome.DENIED, Escalation.DENIED),
        (ActionOutcome.EXPIRED, Escalation.EXPIRED),
    ],
)
def test_a_step_that_did_not_succeed_stops_it_and_says_which(
    outcome: ActionOutcome, reason: Escalation
) -> None:
    case = a_restart().until_step("start")
    said = case.finish(outcome)
    assert said == [IncidentEscalated(reason=reason, step="start"), PostMortemRequested()]
    assert len(proposed(case)) == 2


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (CheckOutcome.FAILED, Escalation.PRECONDITION_FAILED),
        (CheckOutcome.UNKNOWN, Escalation.CHECK_UNKNOWN),
    ],
)
def test_a_precondition_that_is_not_a_clear_yes_stops_it_before_anything(
    outcome: CheckOutcome, reason: Escalation
) -> None:
    case = a_restart()
    assert case.asked(CheckRequested).retry_seconds == 0
    case.check(outcome)
    assert case.state.escalation is reason
    assert proposed(case) == []


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (CheckOutcome.FAILED, Escalation.STEP_FAILED),
        (CheckOutcome.UNKNOWN, Escalation.CHECK_UNKNOWN),
    ],
)
def test_a_checking_step_that_is_not_a_clear_yes_stops_it(
    outcome: CheckOutcome, reason: Escalation
) -> None:
    case = a_restart().until_step("start")
    case.finish(ActionOutcome.SUCCEEDED)
    case.gather()
    asked = case.asked(CheckRequested)
    assert (asked.purpose, asked.step) == (CheckPurpose.STEP, "answers")
    assert asked.retry_seconds == 20
    case.check(outcome)
    assert case.last(IncidentEscalated) == IncidentEscalated(reason=reason, step="answers")


def test_what_certainly_never_started_is_tried_once_more_and_then_not_again() -> None:
    case = a_restart().until_step("start")
    case.finish(ActionOutcome.NEVER_STARTED)
    assert case.state.taken[-1].step == "start"
    case.finish(ActionOutcome.NEVER_STARTED)
    assert case.state.escalation is Escalation.STEP_FAILED
    assert [t.step for t in case.state.taken].count("start") == MOST_STARTS


def test_a_second_try_that_starts_goes_on_as_if_nothing_had_been() -> None:
    case = a_restart().until_step("stop-leftovers")
    case.finish(ActionOutcome.NEVER_STARTED)
    case.finish(ActionOutcome.SUCCEEDED)
    case.gather()
    assert [t.step for t in case.state.taken] == ["stop-leftovers", "stop-leftovers", "start"]


def test_what_an_earlier_round_did_well_does_not_use_up_this_round_s_second_try() -> None:
    """The restart worked, the service died again: now a start that never began is tried again."""
    case = a_restart().until_verifying().until_round(2)
    case.gather(shop=False)
    case.diagnose(cause_is("shop"))
    case.until_step("stop-leftovers").finish(ActionOutcome.NEVER_STARTED)
    assert case.state.phase is Phase.ACTING
    assert case.state.taken[-1].outcome is None


def test_after_a_change_everything_in_scope_is_looked_at_before_the_next_step() -> None:
    case = a_restart().until_step("stop-leftovers")
    case.finish(ActionOutcome.SUCCEEDED)
    asked = case.asked(EvidenceRequested).asked
    assert {(one.question, one.item) for one in asked} == {
        (Question.SERVICE_STATE, "shop"),
        (Question.SERVICE_STATE, "orders"),
        (Question.SERVICE_STATE, "stock"),
        (Question.READINGS, "web-1"),
        (Question.READINGS, "db-1"),
    }
    earlier = {piece.id for piece in case.state.evidence}
    assert earlier and not earlier & {one.id for one in asked}


def test_a_step_after_which_something_else_falls_silent_stops_it() -> None:
    case = a_restart().until_step("stop-leftovers")
    case.finish(ActionOutcome.SUCCEEDED)
    case.gather(shop=False, orders=False)
    assert case.last(IncidentEscalated) == IncidentEscalated(
        reason=Escalation.STEP_SURPRISED, step="start"
    )


def test_what_was_silent_before_or_needs_the_target_is_no_surprise() -> None:
    """Orders is being restarted: the shop that needs it, and the stock that was down, may be."""
    case = Case().open(silent("shop"))
    case.diagnosed(cause_is("orders"), shop=False, orders=False, stock=False)
    case.until_step("stop-leftovers").finish(ActionOutcome.SUCCEEDED)
    case.gather(shop=False, orders=False, stock=False)
    assert case.state.taken[-1].step == "start"


def test_a_runbook_that_changed_on_disk_is_not_gone_on_with() -> None:
    case = a_restart().until_step("stop-leftovers")
    case.runbooks[RESTART.id] = replace(RESTART, digest="another", steps=RESTART.steps[:1])
    case.finish(ActionOutcome.SUCCEEDED)
    assert case.state.escalation is Escalation.NO_RUNBOOK
    assert len(proposed(case)) == 1


def test_a_runbook_that_left_the_library_is_not_gone_on_with() -> None:
    case = a_restart()
    del case.runbooks[RESTART.id]
    case.check(CheckOutcome.PASSED)
    assert case.state.escalation is Escalation.NO_RUNBOOK


def test_a_step_that_neither_checks_nor_acts_is_not_gone_on_with() -> None:
    hollow = replace(RESTART, preconditions=(), steps=(replace(RESTART.steps[0], check=None),))
    case = a_restart({RESTART.id: hollow})
    assert case.state.escalation is Escalation.NO_RUNBOOK


def test_a_service_that_left_the_estate_is_proposed_on_no_server_so_that_no_gate_lets_it() -> None:
    case = a_restart()
    case.check(CheckOutcome.PASSED)
    case.lose_service("shop")
    case.check(CheckOutcome.PASSED)
    (action,) = (p.action for p in proposed(case))
    assert (action.server, action.server_class) == ("", UNCLASSIFIED)


def test_what_left_the_estate_is_still_asked_about_so_that_its_absence_is_seen() -> None:
    case = a_restart().until_step("stop-leftovers")
    case.lose_server("db-1")
    case.finish(ActionOutcome.SUCCEEDED)
    asked = {(one.question, one.item) for one in case.asked(EvidenceRequested).asked}
    assert (Question.READINGS, "orders") in asked


def test_a_full_file_system_is_looked_at_by_its_mount_at_every_check() -> None:
    case = Case().open(full("/var"))
    case.diagnosed(cause_is("web-1", "disk-full", part="/var"))
    asked = case.asked(CheckRequested)
    assert (asked.check, asked.item, asked.part) == (
        CheckName.FILESYSTEM_IS_FILLING,
        "web-1",
        "/var",
    )
    case.until_step("rotate")
    assert dict(proposed(case)[0].action.parameters) == {
        "mount": ("/var",),
        "paths": ("/var/log/shop.log",),
    }
    assert RUNBOOKS[FREE_SPACE.id].applies_to == "server"
