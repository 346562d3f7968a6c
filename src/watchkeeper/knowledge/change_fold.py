"""How a change record's entries add up."""

from dataclasses import dataclass, replace
from datetime import datetime

from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.changes import (
    ChangeOutcome,
    ChangeRecordClosed,
    ChangeRecordOpened,
)


@dataclass(frozen=True, kw_only=True)
class ChangeState:
    """A change record as its entries tell it."""

    record: str = ""
    action: str = ""
    incident: str = ""
    runbook: str = ""
    step: str = ""
    target: str = ""
    risk: str = ""
    digest: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: ChangeOutcome | None = None

    @property
    def wake_at(self) -> datetime | None:
        """Never by itself."""
        return None

    @property
    def open(self) -> bool:
        """Until its outcome is known."""
        return self.outcome is None


def evolve(state: ChangeState, entry: Entry) -> ChangeState:
    """The record after one more entry."""
    match entry.body:
        case ChangeRecordOpened() as opened:
            return replace(
                state,
                record=opened.record,
                action=opened.action,
                incident=opened.incident,
                runbook=opened.runbook,
                step=opened.step,
                target=opened.target,
                risk=opened.risk,
                digest=opened.digest,
                opened_at=entry.at,
            )
        case ChangeRecordClosed(outcome=outcome):
            return replace(state, outcome=outcome, closed_at=entry.at)
        case _:
            return state


CHANGE_FOLD: Fold[ChangeState] = Fold(
    prefix="change", state=ChangeState, initial=lambda _: ChangeState(), evolve=evolve
)
