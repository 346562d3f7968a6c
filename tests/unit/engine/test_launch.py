"""At most once; otherwise unknown and escalated: every way a launch can go, crashes included."""

import asyncio
from datetime import timedelta

import pytest

from tests.unit.engine.works import at
from tests.unit.engine.workshop import ACTION, DONE, WARRANT, Workshop
from watchkeeper.domain.blob import opened
from watchkeeper.domain.events.actions import (
    JobFinished,
    JobLost,
    LaunchRefused,
    LaunchRequested,
    action_stream,
)
from watchkeeper.domain.events.authority import KillEngaged, WarrantSpent
from watchkeeper.domain.job import JobTemplate, NeverStarted, Running, Unknowable
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.engine.machine import Answer
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.ports.errors import (
    AlreadyLaunched,
    InventoryChanged,
    JournalFailed,
    LaunchFailed,
    NoWayIn,
    SourceUnavailable,
    SurroundingsChanged,
    TemplateRefused,
)

SPENT = WarrantSpent(warrant=WARRANT.id)
NO_ANSWER = SourceUnavailable("hands", "timeout", "no answer")


def refusal(answer: Answer) -> str:
    (body,) = answer.said
    assert isinstance(body, LaunchRefused), body
    return body.rule


def test_the_warrant_is_spent_then_the_job_is_started_and_its_end_is_told() -> None:
    shop = Workshop()

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    answer = shop.works.play(story())
    (body,), (output,) = answer.said, answer.blobs
    assert isinstance(body, JobFinished)
    assert (body.succeeded, body.changed, body.finished_at) == (True, 1, DONE.finished_at)
    assert (body.output, opened(output)) == (output.digest, DONE.output)
    assert shop.said() == ["warrant.minted", "warrant.spent"]
    template = JobTemplate(name=ACTION.template, digest=ACTION.template_digest)
    assert shop.hands.given == [(template, ACTION.parameters, ACTION.timeout_seconds)]


def test_a_job_that_takes_a_while_is_asked_about_less_and_less_often() -> None:
    shop = Workshop()
    shop.hands.says = [*[Running()] * 30, DONE]

    async def story() -> float:
        await shop.minted()
        await shop.launch()
        return shop.works.loop.time()

    took = shop.works.play(story())
    assert 40 < took < 60
    assert len(shop.hands.launched) == 1


def test_an_executor_that_cannot_be_asked_for_an_hour_is_asked_again() -> None:
    shop = Workshop()
    shop.hands.says = [*[NO_ANSWER] * 1800, DONE]

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    assert isinstance(shop.works.play(story()).said[0], JobFinished)
    assert len(shop.hands.launched) == 1


def test_after_a_crash_a_spent_warrant_is_only_asked_about() -> None:
    shop = Workshop()

    async def story() -> Answer:
        await shop.minted()
        await shop.authority(SPENT)
        shop.hands.known, shop.hands.says = True, [Running(), DONE]
        return await shop.launch()

    assert isinstance(shop.works.play(story()).said[0], JobFinished)
    assert shop.hands.launched == []


def test_a_crash_between_spending_and_starting_is_told_as_never_started() -> None:
    shop = Workshop()

    async def story() -> Answer:
        await shop.minted()
        await shop.authority(SPENT)
        return await shop.launch()

    assert refusal(shop.works.play(story())) == "never-started"
    assert shop.hands.launched == []


def test_a_job_whose_carrier_was_killed_is_a_person_s_business() -> None:
    shop = Workshop()
    shop.hands.says = [Running(), Unknowable(reason="the wrapper was killed")]

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    answer = shop.works.play(story())
    (body,), (reason,) = answer.said, answer.blobs
    assert body == JobLost(reason=reason.digest)
    assert opened(reason) == "the wrapper was killed"


@pytest.mark.parametrize(
    ("refuses", "rule"),
    [
        (TemplateRefused("another digest"), "template-refused"),
        (LaunchFailed("no such server"), "launch-failed"),
        (InventoryChanged("another address"), "inventory-changed"),
        (SurroundingsChanged("another ansible"), "altered"),
        (NoWayIn("no host key"), "no-way-in"),
    ],
)
def test_what_certainly_did_not_start_is_said_by_its_rule(refuses: Exception, rule: str) -> None:
    shop = Workshop()
    shop.hands.refuses = refuses

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    assert refusal(shop.works.play(story())) == rule
    assert shop.hands.asked == []


@pytest.mark.parametrize("loses", [NO_ANSWER, AlreadyLaunched("had its launch")])
def test_a_launch_whose_answer_is_lost_is_asked_about_and_never_made_again(
    loses: Exception,
) -> None:
    shop = Workshop()
    shop.hands.loses = loses

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    assert isinstance(shop.works.play(story()).said[0], JobFinished)
    assert len(shop.hands.launched) == 1


def test_a_launch_that_never_arrived_is_buried_and_told_as_never_started() -> None:
    shop = Workshop()
    shop.hands.refuses = NO_ANSWER
    shop.hands.known, shop.hands.says = True, [NO_ANSWER, NeverStarted()]

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    assert refusal(shop.works.play(story())) == "never-started"


def test_other_parameters_than_the_warrant_s_are_never_run() -> None:
    shop = Workshop()
    shop.other_parameters()

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    assert refusal(shop.works.play(story())) == "altered"
    assert (shop.hands.launched, shop.said()) == ([], ["warrant.minted"])


def test_a_warrant_for_an_action_that_is_not_there_is_never_run() -> None:
    shop = Workshop()
    shop.state = ActionState()

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    assert refusal(shop.works.play(story())) == "altered"


def test_a_warrant_for_another_executor_is_never_run_by_this_one() -> None:
    shop = Workshop()
    shop.hands.name = "other-hands"

    async def story() -> Answer:
        await shop.minted()
        return await shop.launch()

    assert refusal(shop.works.play(story())) == "another-executor"
    assert (shop.hands.launched, shop.said()) == ([], ["warrant.minted"])


def test_a_lapsed_warrant_starts_nothing() -> None:
    shop = Workshop()

    async def story() -> Answer:
        await shop.minted()
        await shop.works.pass_(minutes=2)
        return await shop.launch()

    assert refusal(shop.works.play(story())) == "lapsed"
    assert (shop.hands.launched, shop.hands.asked) == ([], [])


def test_a_killed_warrant_starts_nothing() -> None:
    shop = Workshop()

    async def story() -> Answer:
        await shop.minted()
        await shop.authority(KillEngaged(scope="all"))
        return await shop.launch()

    assert refusal(shop.works.play(story())) == "kill-switch"
    assert (shop.hands.launched, shop.hands.asked) == ([], [])


@pytest.mark.parametrize("seed", range(20))
def test_two_workers_with_one_intent_start_one_job(seed: int) -> None:
    shop = Workshop(seed)
    shop.hands.says = [Running(), Running(), Running(), Running(), DONE]

    async def late(_: str) -> None:
        await asyncio.sleep(0)

    async def story() -> None:
        await shop.minted()
        both = (shop.launch(shop.works.handle(before=late)) for _ in range(2))
        for answer in await asyncio.gather(*both):
            assert isinstance(answer.said[0], JobFinished)

    shop.works.play(story())
    assert len(shop.hands.launched) == 1


@pytest.mark.parametrize("call", ["held", "append"])
@pytest.mark.parametrize("time", [1, 2, 3, 4])
def test_a_worker_that_dies_anywhere_leaves_at_most_one_start(call: str, time: int) -> None:
    """Its first life ends at some call of the journal; the next one carries the intent on."""
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        await shop.intend()

        async def crash() -> None:
            doomed.fence()

        doomed = shop.works.handle(before=at(call, crash, time))
        for journal in (doomed, shop.works.handle()):
            worker = shop.works.worker(
                journal=journal, performers={LaunchRequested: shop.performer(journal)}
            )
            await asyncio.gather(
                worker.intents.carry_out(action_stream(ACTION.id)), return_exceptions=True
            )
            await shop.works.pass_(seconds=20)
            await worker.crash()

    shop.works.play(story())
    assert len(shop.hands.launched) == 1
    assert shop.works.kinds()[-1] == "job.finished"
    assert shop.said() == ["warrant.minted", "warrant.spent"]


def test_a_journal_that_fails_in_the_middle_starts_the_job_once_all_the_same() -> None:
    shop = Workshop()

    async def fails() -> None:
        raise JournalFailed("the disk is full")

    async def story() -> None:
        await shop.minted()
        await shop.intend()
        journal = shop.works.handle(before=at("append", fails, 2))  # the answer, not the spending
        worker = shop.works.worker(
            journal=journal, performers={LaunchRequested: shop.performer(journal)}
        )
        await worker.intents.carry_out(action_stream(ACTION.id))
        await shop.works.pass_(seconds=20)

    shop.works.play(story())
    assert len(shop.hands.launched) == 1
    assert shop.works.kinds()[-1] == "job.finished"
    assert shop.works.clock.now() - DONE.started_at < timedelta(minutes=1)


@pytest.mark.parametrize("scope", ["all", "class:web", f"runbook:{ACTION.runbook}"])
@pytest.mark.parametrize("deaf", [0, 2])
def test_a_stop_that_covers_a_running_job_reaches_it(scope: str, deaf: int) -> None:
    """Also where the executor cannot be asked at first; and it is not asked again and again."""
    shop = Workshop()
    shop.hands.says, shop.hands.deaf = [Running()], deaf

    async def story() -> Answer:
        await shop.minted()
        launched = asyncio.ensure_future(shop.launch())
        await shop.works.pass_(seconds=30)
        await shop.authority(KillEngaged(scope=scope))
        return await launched

    (body,) = shop.works.play(story()).said
    assert isinstance(body, JobFinished)
    assert body.end is JobEnd.STOPPED
    assert shop.hands.cancelled == [WARRANT.id] * (deaf + 1)


def test_a_stop_of_something_else_lets_it_run_to_its_end() -> None:
    shop = Workshop()
    shop.hands.says = [Running(), Running(), Running(), DONE]

    async def story() -> Answer:
        await shop.minted()
        await shop.authority(SPENT)
        await shop.authority(KillEngaged(scope="class:database"))
        shop.hands.known = True
        return await shop.launch()

    (body,) = shop.works.play(story()).said
    assert isinstance(body, JobFinished) and body.succeeded
    assert shop.hands.cancelled == []
