"""The built-in change register: a record in the journal, open before anything is minted."""

from watchkeeper.domain.entry import Tell
from watchkeeper.domain.events.actions import ChangeOpened, ChangeRequested
from watchkeeper.domain.events.changes import ChangeRecordOpened, change_stream
from watchkeeper.engine.machine import Answer
from watchkeeper.governance.action_fold import ActionState


async def open_record(_: ChangeRequested, state: ActionState) -> Answer:
    """The performer of ``change.requested``: the record and the answer in one append, so once.

    An action that was asked about at minting comes a second time: its record is open already.
    """
    action = state.action
    if action is None:
        return Answer(said=())
    if state.change_record:
        return Answer(said=(ChangeOpened(record=state.change_record),))
    record = f"CHG-{action.id}"
    opened = ChangeRecordOpened(
        record=record,
        action=action.id,
        incident=action.incident,
        runbook=action.runbook,
        step=action.step,
        target=action.target,
        risk=action.verb.value,
        digest=action.digest,
    )
    return Answer(
        said=(
            ChangeOpened(record=record),
            Tell(stream=change_stream(record), body=opened, expected=0),
        )
    )
