"""What is intended is carried out, and answered once, whoever fails or crashes meanwhile."""

import pytest

from tests.unit.engine.works import Register, Works, an_action, at
from watchkeeper.domain.blob import opened, sealed
from watchkeeper.domain.entry import Tell, Unreadable
from watchkeeper.domain.events.actions import (
    ActionProposed,
    ApprovalWithdrawn,
    ChangeOpened,
    ChangeRequested,
    action_stream,
)
from watchkeeper.domain.events.changes import ChangeOutcome, ChangeRecordClosed
from watchkeeper.engine.intents import CLAIM_SECONDS, drafts, unanswered, whole_stream
from watchkeeper.engine.machine import Answer
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.ports.errors import JournalFailed

RECORDED = ["action.proposed", "change.requested", "change.opened", "action.closed"]


def test_an_intent_is_carried_out_and_its_answer_names_it() -> None:
    works = Works()

    async def story() -> None:
        works.worker().start()
        await works.propose("A1")
        await works.pass_(seconds=5)

    works.play(story())
    assert works.kinds() == RECORDED
    proposed, intent, answer, _ = works.entries()
    assert (proposed.cause, intent.cause, answer.cause) == (None, None, intent.position)
    assert works.register.asked == ["A1"]


def test_news_while_it_is_under_way_does_not_begin_it_again() -> None:
    works = Works()
    works.register.seconds = 60

    async def story() -> None:
        works.worker().start()
        await works.propose("A1")
        for _ in range(5):
            await works.pass_(seconds=10)
            await works.say("A1", ApprovalWithdrawn())
        await works.pass_(seconds=30)

    works.play(story())
    assert works.register.asked == ["A1"]
    assert works.phase() is ActionPhase.CLOSED


@pytest.mark.parametrize("seed", range(10))
def test_of_two_workers_that_carry_out_the_same_only_one_answers(seed: int) -> None:
    """The claim saves double work and no more: here it has run out while the first was slow."""
    works = Works(seed)
    slow = Register(seconds=600, clock=works.clock)

    async def story() -> None:
        first = works.worker("worker-1", performers={ChangeRequested: slow})
        first.start()
        await works.propose("A1")
        await works.pass_(seconds=5)
        works.disk.claims.clear()
        works.worker("worker-2").start()
        await works.pass_(minutes=20)

    works.play(story())
    assert (slow.asked, works.register.asked) == (["A1"], ["A1"])
    assert works.kinds() == RECORDED


def test_an_answer_is_written_though_the_stream_has_moved_meanwhile() -> None:
    works = Works()
    moved = works.handle(before=at("append", lambda: works.say("A1", ApprovalWithdrawn())))

    async def story() -> None:
        await works.say("A1", ActionProposed(action=an_action()), ChangeRequested())
        worker = works.worker(journal=moved)
        await worker.intents.carry_out(action_stream("A1"))
        await works.pass_(seconds=5)

    works.play(story())
    assert works.kinds() == [*RECORDED[:2], "approval.withdrawn", "change.opened"]
    assert works.register.asked == ["A1"]


def test_what_fails_is_tried_again_after_longer_and_longer_pauses_until_it_answers() -> None:
    works = Works()
    works.register.failing = 3
    failures: list[int] = []

    async def story() -> None:
        worker = works.worker()
        worker.start()
        await works.propose("A1")
        await works.pass_(seconds=2)
        failures.append(worker.crew.failures["intent 2"])
        await works.pass_(seconds=30)
        failures.append(worker.crew.failures.get("intent 2", 0))

    works.play(story())
    assert works.kinds() == RECORDED
    began = [(at - works.register.asked_at[0]).total_seconds() for at in works.register.asked_at]
    assert began == pytest.approx([0, 1, 3, 7])
    assert failures == [2, 0]


def test_what_failed_is_left_alone_once_somebody_else_has_answered() -> None:
    works = Works()
    works.register.failing = 1

    async def story() -> None:
        works.worker().start()
        await works.propose("A1")
        await works.pass_(seconds=0.5)
        await works.say("A1", ChangeOpened(record="CHG-other"), cause=2)
        await works.pass_(minutes=5)

    works.play(story())
    assert works.kinds() == RECORDED
    assert works.register.asked == ["A1"]


def test_a_journal_that_fails_once_at_the_answer_costs_a_moment_and_nothing_else() -> None:
    works = Works()

    async def fails() -> None:
        raise JournalFailed("the disk is full")

    async def story() -> None:
        await works.say("A1", ActionProposed(action=an_action()), ChangeRequested())
        worker = works.worker(journal=works.handle(before=at("append", fails)))
        await worker.intents.carry_out(action_stream("A1"))
        await works.pass_(seconds=5)

    works.play(story())
    assert works.kinds() == RECORDED[:3]


def test_a_stream_that_a_newer_worker_has_written_in_is_left_to_it() -> None:
    """Its last words cannot be read here: perhaps they are why nothing may be done any more."""
    works = Works()

    async def story() -> None:
        await works.say("A1", ActionProposed(action=an_action()), ChangeRequested())
        await works.say("A1", ApprovalWithdrawn())
        works.newer_word("A1")
        works.worker().start()
        await works.pass_(minutes=5)

    works.play(story())
    assert isinstance(works.entries()[-1].body, Unreadable)
    assert works.register.asked == []


def test_the_claim_is_kept_while_it_lasts_and_no_longer() -> None:
    works = Works()
    works.register.seconds = 300
    taken: list[bool] = []

    async def another_takes_it() -> bool:
        return await works.journal.claim(f"all:{action_stream('A1')}", "worker-2", 1.0)

    async def story() -> None:
        works.worker().start()
        await works.propose("A1")
        for _ in range(2):
            await works.pass_(seconds=140)
            taken.append(await another_takes_it())
        await works.pass_(seconds=20 + CLAIM_SECONDS)
        taken.append(await another_takes_it())

    works.play(story())
    assert taken == [False, False, True]


def test_a_claim_that_is_lost_is_not_fought_over() -> None:
    works = Works()
    works.register.seconds = 300

    async def story() -> None:
        works.worker().start()
        await works.propose("A1")
        await works.pass_(seconds=5)
        works.disk.claims[action_stream("A1")] = ("worker-2", works.clock.now().replace(hour=14))
        await works.pass_(minutes=4)
        assert works.disk.claims[action_stream("A1")][0] == "worker-2"

    works.play(story())


def test_the_free_text_of_an_answer_is_stored_with_it() -> None:
    works = Works()
    text = sealed("opened by the night shift", b"0" * 16)

    async def performer(_: ChangeRequested, __: ActionState) -> Answer:
        return Answer(said=(ChangeOpened(record=text.digest),), blobs=(text,))

    async def story() -> None:
        works.worker(performers={ChangeRequested: performer}).start()
        await works.propose("A1")
        await works.pass_(seconds=5)

    works.play(story())
    assert opened(works.disk.blobs[text.digest]) == "opened by the night shift"


def test_an_intent_of_a_stream_that_is_gone_is_nobody_s() -> None:
    works = Works()

    async def story() -> None:
        await works.worker().intents.carry_out(action_stream("nobody"))

    works.play(story())
    assert works.register.asked == []


def test_only_a_stream_s_own_first_word_is_bound_to_what_was_seen_of_it() -> None:
    closed = ChangeRecordClosed(outcome=ChangeOutcome.CANCELLED)
    said = (
        Tell(stream="change/C1", body=closed, expected=4),
        ChangeRequested(),
        ApprovalWithdrawn(),
    )
    made = drafts("action/A1", said, expected=7, cause=3)
    assert [(d.stream, d.expected, d.cause) for d in made] == [
        ("change/C1", 4, 3),
        ("action/A1", 7, 3),
        ("action/A1", None, 3),
    ]


def test_a_long_stream_is_read_to_its_end() -> None:
    works = Works()

    async def story() -> int:
        await works.propose("A1")
        for _ in range(4):
            await works.say("A1", *[ApprovalWithdrawn()] * 500)
        await works.say("A1", ChangeRequested())
        entries = await whole_stream(works.journal, action_stream("A1"))
        assert [entry.revision for entry in entries] == list(range(1, 2003))
        (intent,) = unanswered(entries)
        return intent.revision

    assert works.play(story()) == 2002
