"""Change records: opened before anything is minted, closed with the outcome."""

from typing import Protocol

from watchkeeper.domain.action import Action
from watchkeeper.domain.events.changes import ChangeOutcome


class ChangeRegister(Protocol):
    """The built-in register in the journal; ServiceNow and Jira later."""

    async def open(self, action: Action) -> str:
        """The record of this action: opened now, or found when it was opened before. Raises SourceUnavailable."""

    async def close(self, record: str, outcome: ChangeOutcome) -> None:
        """The change is over; closing twice is once. Raises SourceUnavailable."""
