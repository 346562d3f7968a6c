"""When the estate may be changed, as people have written it down."""

from datetime import datetime
from typing import Protocol

from watchkeeper.domain.almanac import Almanac


class Calendars(Protocol):
    """Maintenance windows and freezes, as they were last read."""

    async def between(self, start: datetime, end: datetime) -> Almanac:
        """The periods that touch the span, by their start; a bounded number of them.

        A calendar that cannot be used is named in ``unreadable``, and is never taken for empty.
        Raises SourceUnavailable when it takes too long to find out.
        """

    async def read(self) -> str:
        """Read them again; a line on what is in force."""
