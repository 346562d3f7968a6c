"""A change record is open before anything is minted: one an action, whoever asks how often."""

from tests.unit.engine.works import an_action
from watchkeeper.domain.entry import Tell
from watchkeeper.domain.events.actions import ChangeOpened, ChangeRequested
from watchkeeper.domain.events.changes import ChangeRecordOpened
from watchkeeper.engine.machine import Answer
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.orchestration.change_register import open_record

ACTION = an_action()


async def asked(state: ActionState) -> Answer:
    return await open_record(ChangeRequested(), state)


async def test_the_record_and_the_answer_are_written_in_one_append() -> None:
    answer = await asked(ActionState(action=ACTION))
    said, told = answer.said
    assert said == ChangeOpened(record="CHG-A1")
    assert isinstance(told, Tell)
    assert (told.stream, told.expected) == ("change/CHG-A1", 0)
    assert told.body == ChangeRecordOpened(
        record="CHG-A1",
        action="A1",
        incident="I1",
        runbook=ACTION.runbook,
        step="start",
        target="shop",
        risk="reversible",
        digest=ACTION.digest,
    )


async def test_an_action_that_comes_a_second_time_has_its_record_already() -> None:
    answer = await asked(ActionState(action=ACTION, change_record="CHG-A1"))
    assert answer.said == (ChangeOpened(record="CHG-A1"),)


async def test_without_an_action_there_is_nothing_to_record() -> None:
    assert (await asked(ActionState())).said == ()
