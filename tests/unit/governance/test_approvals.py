"""A yes: by whom it takes, for which state, how long one may wait, and how far it reaches."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.governance.docket import EXECUTOR, Docket, signed
from tests.unit.governance.scene import ALICE, ENGINE, NOON, an_action, granted
from watchkeeper.domain.entry import Actor, ActorKind, Said
from watchkeeper.domain.events.actions import (
    ActionModified,
    ApprovalCarried,
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalExtended,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalVoided,
)
from watchkeeper.domain.events.authority import (
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    PlanApproved,
    WarrantMinted,
)
from watchkeeper.engine.intents import drafts
from watchkeeper.governance.action_course import Seen, decide
from watchkeeper.governance.action_fold import ActionPhase
from watchkeeper.governance.approval import ApprovalRules, plan_digest
from watchkeeper.governance.people import sole
from watchkeeper.knowledge.health import HealthBoard, Probed

BOB, CAROL = (Actor(kind=ActorKind.PERSON, name=name) for name in ("bob", "carol"))
THREE = ApprovalRules(people=sole("alice", "bob", "carol"), four_eyes=frozenset({"web"}))


class Asked(Docket):
    """A docket at which people are many; alice gave the grant."""

    rules = THREE

    def decide(self) -> Sequence[Said]:
        seen = Seen(
            context=self.context,
            executor=EXECUTOR,
            times=self.times,
            sign=signed,
            rules=self.rules,
        )
        said = decide(self.state, seen, self.now)
        self._append(drafts(self.stream, said, self.ledger.revision(self.stream), None), ENGINE)
        return said

    def yes(self, by: Actor, reason: str = "") -> None:
        digest = self.state.action.digest if self.state.action else ""
        self.say(ApprovalGranted(digest=digest, reason=reason), by=by)


def asked(rules: ApprovalRules = THREE) -> Asked:
    docket = Asked(level=AutonomyLevel.APPROVE)
    docket.rules = rules
    docket.propose()
    assert docket.state.asks
    return docket


def test_high_risk_takes_two_persons_neither_of_whom_granted_it() -> None:
    docket = asked()
    question = docket.last(ApprovalRequested)
    assert (question.needed, question.barred) == (2, ("alice",))
    for by in (ALICE, BOB, BOB):
        docket.yes(by)
        assert docket.state.phase is ActionPhase.AWAITING_APPROVAL, by
    docket.yes(CAROL)
    assert docket.state.phase is ActionPhase.APPROVED
    assert docket.state.approved_by == "person:bob, person:carol"


def test_the_only_approver_needs_a_reason_and_a_minute() -> None:
    docket = asked(replace(THREE, people=sole("alice")))
    docket.yes(ALICE, reason="r")
    docket.later(seconds=60)
    docket.yes(ALICE)
    assert docket.state.asks, "too early, then without a reason"
    docket.yes(ALICE, reason="r")
    assert docket.state.phase is ActionPhase.APPROVED


def test_a_delegated_answer_is_gone_for_whoever_gave_it_away() -> None:
    docket = asked(ApprovalRules(people=THREE.people))
    docket.say(ApprovalDelegated(to="person:carol", members=("carol",)), by=BOB)
    docket.yes(BOB)
    assert docket.state.asks
    docket.yes(CAROL)
    assert docket.state.phase is ActionPhase.APPROVED


def test_other_values_are_another_digest_that_is_asked_again() -> None:
    docket = asked()
    old = docket.last(ApprovalRequested).digest
    docket.say(ActionModified(parameters=(("unit", ("docs-2",)),)), by=BOB)
    docket.proceed()
    question = docket.last(ApprovalRequested)
    assert question.digest != old
    assert question.barred == ("alice", "bob"), "its author is one who let it come about"
    docket.say(ApprovalGranted(digest=old), by=CAROL)
    assert docket.state.asking.yes == ()


def test_a_yes_does_not_outlive_the_state_that_was_shown() -> None:
    docket = asked(ApprovalRules(people=THREE.people))
    board = HealthBoard(
        now=NOON, fresh_for=timedelta(hours=1), probes={"docs": Probed(answers=True, at=NOON)}
    )
    docket.spoil(health=replace(board, accused=frozenset({"docs"})))
    docket.say(ActionModified(parameters=(("unit", ("docs",)),)), by=BOB)
    docket.proceed()
    docket.yes(CAROL)
    docket.spoil(health=board)
    docket.proceed()
    assert docket.last(ApprovalVoided).changed == ("health of docs",)
    assert docket.state.asks


@pytest.mark.parametrize("when", ["before its record", "with its record open"])
def test_what_goes_by_a_grant_after_its_yes_was_void_is_drawn_from_the_budget(when: str) -> None:
    """Meanwhile somebody let it act by itself; the yes to another state counts for nothing."""
    docket = asked(ApprovalRules(people=THREE.people))
    docket.yes(CAROL)
    if when == "with its record open":
        docket.proceed()
    docket.authority(granted(AutonomyLevel.ACT), by=ALICE)
    probes = {"docs": Probed(answers=True, at=NOON)}
    docket.spoil(health=HealthBoard(now=NOON, fresh_for=timedelta(hours=1), probes=probes))
    docket.proceed()
    docket.record()
    assert docket.last(ApprovalVoided).changed == ("health of docs",)
    (minted,) = [m for m in docket.told("authority") if isinstance(m, WarrantMinted)]
    assert minted.autonomous


def test_the_clock_stands_still_while_the_kill_switch_covers_it() -> None:
    docket = asked()
    ends = docket.state.expires_at
    assert ends is not None
    docket.later(minutes=10)
    docket.authority(KillEngaged(scope="class:web"), by=BOB)
    docket.later(minutes=30)
    docket.authority(KillReleased(scope="class:web"), by=CAROL)
    docket.later(minutes=20)
    docket.proceed()
    assert docket.last(ApprovalExtended).expires_at == ends + timedelta(minutes=30)
    assert docket.state.asks


def test_another_scope_lets_the_clock_run() -> None:
    docket = asked()
    docket.authority(KillEngaged(scope="class:database"), by=BOB)
    docket.later(hours=1)
    docket.proceed()
    assert not docket.state.open


def test_each_group_of_the_chain_is_asked_once_then_it_is_handed_over() -> None:
    docket = asked(replace(THREE, escalation=("dba", "duty")))
    for group in ("dba", "duty"):
        docket.later(hours=1)
        docket.proceed()
        assert docket.last(ApprovalEscalated).group == group
        assert docket.state.asks
    docket.later(hours=1)
    docket.proceed()
    assert not docket.state.open


def test_a_yes_to_the_whole_run_covers_its_steps_but_no_other_values() -> None:
    for values, covered in (("docs", True), ("docs-2", False)):
        docket = Asked(
            AutonomyLevel.APPROVE, replace(an_action(), parameters=(("unit", (values,)),))
        )
        plan = plan_digest(an_action())
        for by in (BOB, CAROL):
            yes = PlanApproved(plan=plan, incident="I1", until=NOON + timedelta(hours=1))
            docket.authority(yes, by=by)
        docket.propose()
        assert (ApprovalCarried.kind in docket.kinds()) is covered
        assert docket.state.asks is not covered
