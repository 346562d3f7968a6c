"""Sources of the estate."""

from typing import Protocol

from watchkeeper.domain.telling import Telling


class Inventory(Protocol):
    """estate.yaml, CSV files, the targets of a metric source."""

    @property
    def name(self) -> str:
        """What drift calls it."""

    async def told(self) -> Telling:
        """Everything that it knows, as of now.

        A source that people write raises a ValueError whose message is one line (file, place, what
        to do) when it cannot be used; a foreign one raises SourceUnavailable.
        """
