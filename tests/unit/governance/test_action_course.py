"""Proposed, judged, approved, recorded, judged again, minted, ended, closed: and told each time."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.unit.governance.docket import Docket, done, signed
from tests.unit.governance.scene import ALICE, NOON, RESTART, a_warrant, an_answer
from watchkeeper.domain.entry import Tell
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionJudged,
    ActionOutcome,
    ActionWaits,
    ApprovalDenied,
    ApprovalRequested,
    ChangeOpened,
    CheckAsked,
    CheckFound,
    ChecksAnswered,
    ChecksRequested,
    JobLost,
    LaunchRequested,
)
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    KillEngaged,
    LevelGranted,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
)
from watchkeeper.domain.events.changes import ChangeOutcome, ChangeRecordClosed
from watchkeeper.domain.events.incidents import StepFinished
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.domain.runbook import CheckName, CheckOutcome, Precondition
from watchkeeper.governance.action_fold import ActionPhase
from watchkeeper.governance.judging import GATES
from watchkeeper.governance.limits import BUSY_FIRST_WAIT, MOST_QUESTIONS, MOST_WAITS, WARRANT_LIFE

STOP = KillEngaged(scope="all")
GRANT = LevelGranted(runbook="another", server_class="web", level=AutonomyLevel.ACT)


def asking() -> Docket:
    """Nobody granted anything: a person is asked, until one o'clock."""
    return Docket(level=None).propose()


def recorded() -> Docket:
    """Granted, proposed, and its change record wanted."""
    return Docket().propose()


def launched() -> Docket:
    docket = recorded()
    docket.record()
    return docket


def outcome(docket: Docket) -> ActionOutcome:
    return docket.last(ActionClosed).outcome


def test_a_granted_action_goes_its_whole_way_and_everybody_is_told() -> None:
    docket = launched()
    docket.finish(done())
    assert docket.kinds() == [
        "action.proposed",
        "action.judged",
        "change.requested",
        "change.opened",
        "action.judged",
        "launch.requested",
        "job.finished",
        "action.closed",
    ]
    launch = docket.last(LaunchRequested)
    warrant, signature = launch.warrant, launch.signature
    assert signature == signed(warrant.statement)
    assert docket.told(AUTHORITY)[1:] == [
        WarrantMinted(
            warrant=warrant,
            signature=signature,
            server_class="web",
            autonomous=True,
            unproven=True,
        ),
        WarrantSettled(warrant=warrant.id, outcome=WarrantOutcome.SUCCEEDED),
    ]
    assert docket.told("change/") == [ChangeRecordClosed(outcome=ChangeOutcome.SUCCESSFUL)]
    assert docket.told("incident/") == [
        StepFinished(step="start", action="I1-01", outcome=ActionOutcome.SUCCEEDED)
    ]


def test_every_gate_s_answer_is_written_down_at_both_looks() -> None:
    docket = launched()
    first, second = (body for body in docket.said if isinstance(body, ActionJudged))
    assert (first.minting, second.minting) == (False, True)
    assert len(first.verdicts) == len(second.verdicts) == len(GATES)
    assert docket.state.verdicts == second.verdicts


def test_a_warrant_is_bound_to_all_that_was_proposed_and_to_its_time() -> None:
    docket = launched()
    warrant, action = docket.last(LaunchRequested).warrant, docket.action
    assert (warrant.action, warrant.incident, warrant.step) == (action.id, "I1", "start")
    assert (warrant.target, warrant.server) == (action.target, action.server)
    assert (warrant.template, warrant.template_digest) == (action.template, action.template_digest)
    assert (warrant.parameters_digest, warrant.executor) == (action.parameters_digest, "hands")
    assert (warrant.kill_epoch, warrant.start_before) == (0, NOON + WARRANT_LIFE)


def test_minting_is_bound_to_the_authority_that_was_judged_by() -> None:
    docket = recorded()
    minted = [s for s in docket.record() if isinstance(s, Tell) and s.stream == AUTHORITY]
    assert [tell.expected for tell in minted] == [1]


# ── asked, and answered or not ────────────────────────────────────────────────


def test_without_a_grant_a_person_is_asked_about_exactly_this() -> None:
    docket = asking()
    asked = docket.last(ApprovalRequested)
    assert (asked.digest, asked.expires_at) == (docket.action.digest, NOON + timedelta(hours=1))
    assert docket.state.phase is ActionPhase.AWAITING_APPROVAL
    assert docket.told(AUTHORITY) == []


def test_an_approval_lets_it_go_and_it_is_no_autonomous_action() -> None:
    docket = asking()
    docket.later(minutes=5).approve()
    docket.record()
    minted = docket.told(AUTHORITY)[-1]
    assert isinstance(minted, WarrantMinted)
    assert (minted.autonomous, minted.unproven) == (False, False)
    assert docket.state.approved_by == "person:alice"


def test_an_approval_of_another_digest_is_none() -> None:
    docket = asking()
    docket.approve("something else")
    assert docket.state.phase is ActionPhase.AWAITING_APPROVAL


@pytest.mark.parametrize(
    ("minutes", "phase"),
    [(59.999, ActionPhase.RECORDING), (60, ActionPhase.CLOSED)],
)
def test_an_answer_counts_before_its_time_is_over_and_not_from_then_on(
    minutes: float, phase: ActionPhase
) -> None:
    docket = asking()
    docket.later(minutes=minutes).approve()
    assert docket.state.phase is phase


def test_nobody_answers_and_it_expires_by_itself() -> None:
    docket = asking()
    assert docket.state.wake_at == NOON + timedelta(hours=1)
    docket.later(minutes=59).proceed()
    assert docket.state.open
    docket.later(minutes=1).proceed()
    assert outcome(docket) is ActionOutcome.EXPIRED
    assert docket.kinds()[-2:] == ["approval.expired", "action.closed"]


def test_a_denial_closes_it() -> None:
    docket = asking()
    docket.say(ApprovalDenied(), by=ALICE)
    docket.proceed()
    assert outcome(docket) is ActionOutcome.DENIED
    assert docket.told("incident/")[-1].outcome is ActionOutcome.DENIED


def test_an_approval_does_not_outweigh_a_refusal_that_has_come_meanwhile() -> None:
    docket = asking()
    docket.authority(STOP)
    docket.approve()
    assert outcome(docket) is ActionOutcome.REFUSED


def test_a_refusal_at_the_first_look_closes_it_before_anything_is_on_paper() -> None:
    docket = Docket()
    docket.authority(STOP)
    docket.propose()
    assert outcome(docket) is ActionOutcome.REFUSED
    assert (docket.told("change/"), docket.said[-2].kind) == ([], "action.judged")


def test_an_incident_that_may_not_be_acted_on_asks_a_person_whatever_was_granted() -> None:
    docket = Docket().propose(autonomous=False)
    assert docket.state.phase is ActionPhase.AWAITING_APPROVAL


# ── quiet meanwhile ───────────────────────────────────────────────────────────


def test_a_question_that_was_taken_back_closes_without_an_answer() -> None:
    docket = asking()
    docket.withdraw()
    docket.proceed()
    assert outcome(docket) is ActionOutcome.WITHDRAWN


def test_a_question_that_would_be_asked_after_it_was_taken_back_is_not_asked() -> None:
    docket = Docket(level=None)
    docket.withdraw()
    docket.propose()
    assert outcome(docket) is ActionOutcome.WITHDRAWN
    assert "approval.requested" not in docket.kinds()


def test_an_approval_that_comes_after_it_was_taken_back_starts_nothing() -> None:
    """All is quiet and the question is gone, though the action has not closed itself yet."""
    docket = asking()
    docket.withdraw()
    docket.approve()
    assert outcome(docket) is ActionOutcome.WITHDRAWN
    assert docket.told(AUTHORITY) == []


def test_a_denial_that_comes_after_it_was_taken_back_changes_nothing() -> None:
    docket = asking()
    docket.withdraw()
    docket.say(ApprovalDenied(), by=ALICE)
    docket.proceed()
    assert outcome(docket) is ActionOutcome.WITHDRAWN


def test_what_a_person_has_approved_is_not_taken_back_by_a_quiet_after_it() -> None:
    docket = asking()
    docket.approve()
    docket.withdraw()
    docket.record()
    assert docket.state.phase is ActionPhase.LAUNCHED


def test_a_granted_action_needs_nobody_s_answer_and_goes_on() -> None:
    docket = recorded()
    docket.withdraw()
    docket.record()
    assert docket.state.phase is ActionPhase.LAUNCHED


# ── the second look ───────────────────────────────────────────────────────────


def test_nothing_is_minted_that_is_not_on_paper() -> None:
    docket = recorded()
    docket.answer(ChangeOpened(record=""))
    assert outcome(docket) is ActionOutcome.REFUSED
    refusal = max(docket.state.verdicts, key=lambda verdict: verdict.strictness)
    assert refusal.reason == "no change record is open"


def test_a_kill_between_the_two_looks_stops_it_and_cancels_its_record() -> None:
    docket = recorded()
    docket.authority(STOP)
    docket.record()
    assert outcome(docket) is ActionOutcome.REFUSED
    assert docket.told("change/") == [ChangeRecordClosed(outcome=ChangeOutcome.CANCELLED)]
    assert not any(isinstance(body, WarrantMinted) for body in docket.told(AUTHORITY))


def test_a_grant_that_was_taken_away_between_the_two_looks_asks_a_person() -> None:
    docket = recorded()
    lowered = LevelGranted(
        runbook=docket.action.runbook, server_class="web", level=AutonomyLevel.APPROVE
    )
    docket.authority(lowered, by=ALICE)
    docket.record()
    assert docket.kinds()[-1] == "approval.requested"
    docket.approve()
    docket.record()
    assert docket.kinds()[-1] == "launch.requested"
    assert docket.told(AUTHORITY)[-1].autonomous is False


def test_a_question_at_the_second_look_that_nobody_answers_cancels_the_record() -> None:
    docket = recorded()
    docket.spoil(incident_autonomous=False).record()
    docket.later(hours=2).proceed()
    assert outcome(docket) is ActionOutcome.EXPIRED
    assert docket.told("change/") == [ChangeRecordClosed(outcome=ChangeOutcome.CANCELLED)]


def test_a_question_at_the_second_look_is_not_asked_when_all_is_quiet() -> None:
    docket = recorded()
    docket.withdraw()
    docket.spoil(incident_autonomous=False).record()
    assert outcome(docket) is ActionOutcome.WITHDRAWN


@pytest.mark.parametrize(
    "spoilt",
    [
        {"runbook": None},  # it left the library
        {"templates": {}},  # its playbook was changed on disk
        {"citations": (an_answer(CheckName.NOBODY_AT_WORK),)},
        {"page_engaged": True},
    ],
)
def test_what_has_changed_since_the_first_look_is_seen_at_the_second(
    spoilt: dict[str, object],
) -> None:
    docket = recorded()
    docket.spoil(**spoilt).record()
    assert outcome(docket) is ActionOutcome.REFUSED


# ── its end ───────────────────────────────────────────────────────────────────


def test_a_failed_job_is_settled_as_failed_everywhere() -> None:
    docket = launched()
    docket.finish(done(succeeded=False))
    assert outcome(docket) is ActionOutcome.FAILED
    assert docket.told(AUTHORITY)[-1].outcome is WarrantOutcome.FAILED
    assert docket.told("change/")[-1].outcome is ChangeOutcome.UNSUCCESSFUL


@pytest.mark.parametrize("end", [JobEnd.UNREACHABLE, JobEnd.HOST_KEY, JobEnd.LOGIN_REFUSED])
def test_a_server_without_a_way_in_is_no_failed_step(end: JobEnd) -> None:
    docket = launched()
    docket.finish(replace(done(succeeded=False), end=end, changed=0))
    assert outcome(docket) is ActionOutcome.UNREACHABLE
    assert docket.told(AUTHORITY)[-1].outcome is WarrantOutcome.FAILED
    assert docket.told("change/")[-1].outcome is ChangeOutcome.UNSUCCESSFUL


def test_a_server_that_was_lost_half_way_is_a_failed_step() -> None:
    docket = launched()
    docket.finish(replace(done(succeeded=False), end=JobEnd.UNREACHABLE, changed=1))
    assert outcome(docket) is ActionOutcome.FAILED


def test_a_lost_job_is_unknown_and_counts_as_unsuccessful() -> None:
    docket = launched()
    docket.finish(JobLost())
    assert outcome(docket) is ActionOutcome.UNKNOWN
    assert docket.told(AUTHORITY)[-1].outcome is WarrantOutcome.UNKNOWN
    assert docket.told("change/")[-1].outcome is ChangeOutcome.UNSUCCESSFUL


def test_a_warrant_that_could_not_be_spent_is_settled_as_never_started() -> None:
    docket = launched()
    docket.refuse()
    assert outcome(docket) is ActionOutcome.NEVER_STARTED
    assert docket.told(AUTHORITY)[-1].outcome is WarrantOutcome.NEVER_STARTED
    assert docket.told("change/")[-1].outcome is ChangeOutcome.CANCELLED


def test_nothing_is_said_while_the_record_or_the_job_is_awaited() -> None:
    docket = recorded()
    assert docket.later(hours=5).proceed() == []
    docket.record()
    assert docket.later(hours=5).proceed() == []


def test_a_closed_action_says_nothing_more_and_hears_nothing_more() -> None:
    docket = launched()
    docket.finish(done())
    before = docket.state
    docket.withdraw()
    docket.say(ApprovalRequested(digest="d", expires_at=NOON))
    docket.say(JobLost())
    assert docket.proceed() == []
    assert docket.state == before


def test_an_action_that_nobody_proposed_says_nothing() -> None:
    docket = Docket()
    docket.say(done())
    assert docket.proceed() == []


def busy() -> tuple[Docket, WarrantMinted]:
    """Its change is on paper, and meanwhile another action has begun on its target."""
    docket = recorded()
    other = a_warrant(docket.action.target, number=2, incident="I2")
    minted = WarrantMinted(warrant=other, server_class="web", autonomous=True)
    docket.authority(minted)
    docket.record()
    return docket, minted


def over(minted: WarrantMinted) -> WarrantSettled:
    return WarrantSettled(warrant=minted.warrant.id, outcome=WarrantOutcome.SUCCEEDED)


def test_of_two_that_want_one_target_the_second_waits_and_goes_once_the_first_is_over() -> None:
    docket, first = busy()
    assert "action.waits" in docket.kinds()
    assert docket.state.wake_at == docket.now + BUSY_FIRST_WAIT
    docket.authority(over(first))
    assert docket.proceed() == []
    docket.later(seconds=BUSY_FIRST_WAIT.total_seconds()).proceed()
    assert docket.state.phase is ActionPhase.LAUNCHED


def test_a_target_that_stays_busy_is_handed_over_after_so_many_looks() -> None:
    docket, _ = busy()
    began = docket.now
    while docket.state.wake_at is not None:
        docket.now = docket.state.wake_at
        docket.proceed()
    assert outcome(docket) is ActionOutcome.REFUSED
    refusal = max(docket.state.verdicts, key=lambda verdict: verdict.strictness)
    assert refusal.reason == "another action on this target is under way"
    waits = [body.until for body in docket.said if isinstance(body, ActionWaits)]
    assert len(waits) == MOST_WAITS
    paced = [(b - a).total_seconds() for a, b in pairwise((began, *waits))]
    assert paced == [5, 10, 20, 40, *[60] * 8]


def test_a_wait_is_over_at_once_for_what_is_not_wanted_any_more() -> None:
    docket, _ = busy()
    docket.withdraw()
    docket.proceed()
    assert outcome(docket) is ActionOutcome.WITHDRAWN


def test_what_is_refused_for_good_is_not_waited_for() -> None:
    docket = recorded()
    other = a_warrant(docket.action.target, number=2, incident="I2")
    docket.authority(WarrantMinted(warrant=other, server_class="web", autonomous=True))
    docket.spoil(page_engaged=True).record()
    assert outcome(docket) is ActionOutcome.REFUSED


# ── what has to be known first ────────────────────────────────────────────────


def found(asked: CheckAsked, outcome: CheckOutcome = CheckOutcome.PASSED) -> CheckFound:
    return CheckFound(asked=asked, outcome=outcome, text="t" * 64)


def test_nobody_has_looked_for_people_so_that_is_asked_before_any_gate_answers() -> None:
    docket = Docket().spoil(citations=())
    docket.propose()
    (asked,) = docket.asked(ChecksRequested).asked
    assert asked == CheckAsked(check=CheckName.NOBODY_AT_WORK, item="docs")
    assert ActionJudged.kind not in docket.kinds()
    docket.spoilt.clear()
    docket.answer(ChecksAnswered(found=(found(asked),)))
    assert docket.state.phase is ActionPhase.RECORDING
    position = docket.ledger.of(docket.stream)[2].position
    assert ("nobody_at_work", position) in docket.state.cited
    assert ("service_is_dead", 7) in docket.state.cited


def test_a_yes_that_came_late_does_not_act_on_what_was_seen_before() -> None:
    docket = Docket(AutonomyLevel.APPROVE).propose()
    early = docket.context.citations
    docket.later(minutes=50).spoil(citations=early)
    docket.approve()
    (asked,) = docket.asked(ChecksRequested).asked
    assert asked.check is CheckName.NOBODY_AT_WORK
    docket.spoilt.clear()
    docket.answer(ChecksAnswered(found=(found(asked),)))
    docket.record()
    assert docket.state.phase is ActionPhase.LAUNCHED


def test_an_old_precondition_is_asked_again_and_its_no_stops_the_action() -> None:
    young = Precondition(check=CheckName.SERVICE_IS_DEAD, fresh_seconds=30)
    wary = replace(RESTART, preconditions=(young,))
    docket = Docket(AutonomyLevel.APPROVE).spoil(runbook=wary).propose()
    docket.later(seconds=31).spoil(
        citations=(
            an_answer(CheckName.NOBODY_AT_WORK, at=docket.now),
            an_answer(CheckName.SERVICE_IS_DEAD),
        )
    )
    docket.approve()
    (asked,) = docket.asked(ChecksRequested).asked
    assert asked == CheckAsked(check=CheckName.SERVICE_IS_DEAD, item="docs")
    no = an_answer(CheckName.SERVICE_IS_DEAD, CheckOutcome.FAILED, at=docket.now, position=99)
    docket.spoil(citations=(an_answer(CheckName.NOBODY_AT_WORK, at=docket.now), no))
    docket.answer(ChecksAnswered(found=(found(asked, CheckOutcome.FAILED),)))
    assert outcome(docket) is ActionOutcome.REFUSED


def test_questions_end_and_then_the_gates_judge_on_what_there_is() -> None:
    docket = Docket().spoil(citations=())
    docket.propose()
    for _ in range(MOST_QUESTIONS):
        (asked,) = docket.asked(ChecksRequested).asked
        docket.answer(ChecksAnswered(found=(found(asked),)))
    assert outcome(docket) is ActionOutcome.REFUSED
    assert docket.kinds().count(ChecksRequested.kind) == MOST_QUESTIONS


def test_another_s_grant_in_between_changes_nothing_of_importance() -> None:
    docket = recorded()
    docket.authority(GRANT, by=ALICE)
    docket.record()
    assert docket.state.phase is ActionPhase.LAUNCHED
