from dataclasses import replace

from tests.unit.governance.scene import CONTEXT, an_action
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.change_record import change_record


def test_only_minting_wants_an_open_record() -> None:
    """A refused idea must not become a ticket."""
    assert change_record(an_action(), CONTEXT).ruling is Ruling.PERMITTED
    minting = replace(CONTEXT, minting=True)
    assert change_record(an_action(), minting).ruling is Ruling.REFUSED
    open_record = replace(minting, change_record="CHG-1")
    assert change_record(an_action(), open_record).ruling is Ruling.PERMITTED
