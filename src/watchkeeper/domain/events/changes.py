"""What is said in ``change/<id>``: the built-in change register."""

from dataclasses import dataclass
from enum import StrEnum

from watchkeeper.domain.entry import Body
from watchkeeper.domain.speakers import THE_AUTHORITY


class ChangeOutcome(StrEnum):
    """How a change ended."""

    SUCCESSFUL = "successful"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class ChangeRecordOpened(Body, kind="change_record.opened", said_by=THE_AUTHORITY):
    """A change is about to be made."""

    record: str
    action: str
    incident: str
    runbook: str
    step: str
    target: str
    risk: str  # the step's verb class
    digest: str  # the action's digest


@dataclass(frozen=True, kw_only=True)
class ChangeRecordClosed(Body, kind="change_record.closed", said_by=THE_AUTHORITY):
    """The change is over."""

    outcome: ChangeOutcome


def change_stream(record: str) -> str:
    """Where a change is told."""
    return f"change/{record}"
