"""Where runbooks come from."""

from typing import Protocol

from watchkeeper.domain.runbook import Runbook


class RunbookSource(Protocol):
    """The shipped library and the operator's own directories."""

    async def runbooks(self) -> tuple[Runbook, ...]:
        """All runbooks that pass lint, by id."""
