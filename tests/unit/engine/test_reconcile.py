"""The loop: whatever is open, news or due is looked at, and nothing that fails stops the rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from tests.speakers import told
from tests.unit.engine.conftest import Log
from tests.unit.engine.works import (
    EXPIRES_AT,
    NOON,
    Works,
    an_action,
    at,
    short_course,
)
from watchkeeper.domain.entry import Draft, Said
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionProposed,
    ApprovalWithdrawn,
    ChangeOpened,
    ChangeRequested,
    LaunchRefused,
    action_stream,
)
from watchkeeper.domain.events.authority import AUTHORITY, KillEngaged
from watchkeeper.domain.verdict import Ruling
from watchkeeper.engine.reconcile import CLAIMED, MOST_DECISIONS, PATIENCE
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.ports.errors import JournalFailed

CLOSED = ActionPhase.CLOSED


@pytest.mark.parametrize("seed", range(5))
def test_what_is_proposed_goes_its_whole_course(seed: int) -> None:
    works = Works(seed)

    async def story() -> None:
        works.worker().start()
        await works.propose("A1", "A2", "A3")
        await works.pass_(seconds=5)

    works.play(story())
    assert [works.phase(name) for name in ("A1", "A2", "A3")] == [CLOSED] * 3


def test_what_a_crash_left_half_done_is_taken_up_at_the_next_start() -> None:
    works = Works()
    works.register.seconds = 60

    async def story() -> None:
        first = works.worker()
        first.start()
        await works.propose("A1")
        await works.pass_(seconds=30)
        await first.crash()
        await works.pass_(minutes=10)
        assert works.kinds() == ["action.proposed", "change.requested"]
        works.worker().start()
        await works.pass_(minutes=2)

    works.play(story())
    assert works.kinds()[2:] == ["change.opened", "action.closed"]
    assert works.register.asked == ["A1", "A1"]


def test_who_waits_for_an_instant_is_woken_at_it_and_not_before() -> None:
    works = Works()

    async def story() -> None:
        works.worker().start()
        await works.ask_a_person("A1")
        await works.clock.sleep_until(EXPIRES_AT - timedelta(milliseconds=1))
        assert works.phase() is ActionPhase.AWAITING_APPROVAL
        await works.clock.sleep_until(EXPIRES_AT + timedelta(milliseconds=1))

    works.play(story())
    assert works.kinds()[-2:] == ["approval.expired", "action.closed"]
    assert works.entries()[-1].at == EXPIRES_AT


def test_the_earliest_of_those_who_wait_is_woken_first() -> None:
    works = Works()

    async def story() -> None:
        works.worker().start()
        await works.ask_a_person("A1", NOON + timedelta(minutes=30))
        await works.ask_a_person("A2", NOON + timedelta(minutes=10))
        await works.pass_(minutes=20)
        assert (works.phase("A1"), works.phase("A2")) == (ActionPhase.AWAITING_APPROVAL, CLOSED)
        await works.pass_(minutes=20)

    works.play(story())
    assert works.phase("A1") is CLOSED


def test_a_decision_on_old_news_is_thrown_away_and_made_again() -> None:
    """Between the look and the append somebody else speaks: what was decided is never written."""
    works = Works()
    seen: list[bool] = []

    def decide(state: ActionState, looked: object, now: datetime) -> Sequence[Said]:
        said = short_course(state, looked, now)
        seen.extend([state.withdrawn] if said else [])
        return said

    async def story() -> None:
        await works.propose("A1")
        slow = works.handle(before=at("append", lambda: works.say("A1", ApprovalWithdrawn())))
        works.worker(decide=decide, journal=slow).start()
        await works.pass_(seconds=5)

    works.play(story())
    assert seen[:2] == [False, True]
    assert works.kinds()[:3] == ["action.proposed", "approval.withdrawn", "change.requested"]


def test_a_stream_whose_decision_fails_is_left_alone_a_while_and_the_others_go_on(log: Log) -> None:
    works = Works()
    tried: list[float] = []

    def decide(state: ActionState, looked: object, now: datetime) -> Sequence[Said]:
        if state.action and state.action.id == "A1":
            tried.append((now - NOON).total_seconds())
            if len(tried) < 3:
                raise KeyError("a class nobody thought of")
        return short_course(state, looked, now)

    async def story() -> None:
        worker = works.worker(decide=decide)
        worker.start()
        await works.propose("A1", "A2")
        await works.pass_(seconds=5)
        assert works.phase("A2") is CLOSED
        assert worker.crew.failures == {"stream action/A1": 1}
        await works.pass_(minutes=2)
        assert worker.crew.failures == {}

    works.play(story())
    assert works.phase("A1") is CLOSED
    patience = PATIENCE.total_seconds()
    assert tried[1:3] == pytest.approx([patience, 2 * patience], abs=2.5)
    assert [told["event"] for told in log] == ["task_failed"] * 2


def test_a_due_stream_that_is_left_alone_does_not_make_the_loop_spin() -> None:
    works = Works()

    def decide(state: ActionState, looked: object, now: datetime) -> Sequence[Said]:
        raise KeyError("for ever")

    async def story() -> int:
        works.worker(decide=decide).start()
        await works.ask_a_person("A1", NOON + timedelta(seconds=1))
        await works.pass_(seconds=2)
        before = works.loop.steps
        await works.pass_(seconds=20)
        return works.loop.steps - before

    assert works.play(story()) < 20 * 10 * 20  # ten looks a second, a score of steps each


def test_a_machine_that_never_settles_is_stopped_and_said(log: Log) -> None:
    works = Works()

    def chatter(state: ActionState, looked: object, now: datetime) -> Sequence[Said]:
        if state.action and state.action.id == "A1":
            return (
                ActionJudged(ruling=Ruling.PERMITTED, notify=False, verdicts=(), minting=False),
            )
        return short_course(state, looked, now)

    async def story() -> None:
        works.worker(decide=chatter).start()
        await works.propose("A1", "A2")
        await works.pass_(seconds=5)
        assert len(works.kinds("A1")) == 1 + MOST_DECISIONS
        await works.pass_(seconds=PATIENCE.total_seconds())

    works.play(story())
    assert works.phase("A2") is CLOSED
    assert len(works.kinds("A1")) == 1 + 2 * MOST_DECISIONS
    assert {told["event"] for told in log} == {"stream_never_settles"}


def test_what_another_worker_has_claimed_is_left_to_it_until_it_lets_go() -> None:
    works = Works()
    tries: list[str] = []

    async def count(call: str) -> None:
        tries.extend([call] if call == "claim" else [])

    async def story() -> None:
        await works.propose("A1")
        await works.journal.claim(f"all:{action_stream('A1')}", "worker-2", 25.0)
        works.worker(journal=works.handle(before=count)).start()
        await works.pass_(seconds=24)
        assert works.kinds() == ["action.proposed"]
        assert len(tries) <= 3, "it is not asked for again and again"
        await works.pass_(seconds=1 + CLAIMED.total_seconds())

    works.play(story())
    assert works.phase() is CLOSED


def test_a_dead_worker_s_streams_are_taken_over_when_its_claim_runs_out() -> None:
    works = Works()
    works.register.seconds = 600

    async def story() -> None:
        first = works.worker("worker-1")
        first.start()
        await works.propose("A1")
        await works.pass_(seconds=30)
        await first.crash()
        works.register.seconds = 0
        works.worker("worker-2").start()
        await works.pass_(seconds=20)
        assert works.phase() is not CLOSED
        await works.pass_(seconds=60)

    works.play(story())
    assert works.phase() is CLOSED


@pytest.mark.parametrize("seed", range(20))
def test_two_workers_on_one_journal_say_everything_once(seed: int) -> None:
    works = Works(seed)
    names = [f"A{number}" for number in range(1, 7)]

    async def story() -> None:
        works.worker("worker-1").start()
        works.worker("worker-2").start()
        await works.propose(*names)
        await works.pass_(minutes=2)

    works.play(story())
    for name in names:
        assert works.kinds(name) == [
            "action.proposed",
            "change.requested",
            "change.opened",
            "action.closed",
        ]


def test_a_stream_that_a_newer_worker_has_written_in_is_not_decided_on() -> None:
    works = Works()

    async def story() -> None:
        await works.say("A1", ActionProposed(action=an_action()), ApprovalWithdrawn())
        works.newer_word("A1")
        works.worker().start()
        await works.pass_(minutes=1)

    works.play(story())
    assert len(works.kinds()) == 2


def test_streams_without_a_machine_and_closed_ones_are_nobody_s_work() -> None:
    works = Works()

    async def story() -> None:
        works.worker().start()
        await works.propose("A1")
        await works.pass_(seconds=5)
        await works.say("A1", ApprovalWithdrawn())
        await works.say("A2", LaunchRefused(rule="lapsed"))  # an action that nobody proposed
        stopped = Draft(stream=AUTHORITY, body=KillEngaged(scope="all"))
        await told(works.journal, (stopped,))
        await works.pass_(seconds=5)

    works.play(story())
    assert works.kinds("A1")[-2:] == ["action.closed", "approval.withdrawn"]
    assert works.kinds("A2") == ["launch.refused"]
    assert AUTHORITY not in works.disk.claims


def test_a_journal_that_fails_while_all_is_quiet_is_heard_and_the_loop_begins_anew(
    log: Log,
) -> None:
    works = Works()

    async def fails() -> None:
        raise JournalFailed("the disk is gone for a moment")

    async def story() -> None:
        works.worker(journal=works.handle(before=at("head", fails, time=2))).start()
        await works.pass_(seconds=10)
        await works.propose("A1")
        await works.pass_(seconds=5)

    works.play(story())
    assert works.phase() is CLOSED
    assert [told["task"] for told in log] == ["reconciler"]


def test_an_answered_intent_of_an_earlier_life_is_not_carried_out_again() -> None:
    works = Works()

    async def story() -> None:
        await works.say("A1", ActionProposed(action=an_action()), ChangeRequested())
        await works.say("A1", ChangeOpened(record="CHG-A1"), cause=2)
        works.worker().start()
        await works.pass_(seconds=5)

    works.play(story())
    assert works.register.asked == []
    assert works.phase() is CLOSED
