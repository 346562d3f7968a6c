"""What time it is, and waiting for a time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """UTC for everything that is written down.

    The loop's own monotonic time is for I/O deadlines only.
    """

    def now(self) -> datetime:
        """The present instant, UTC.

        Never earlier than the one before: a step back is reported, not followed.
        """

    async def sleep_until(self, instant: datetime) -> None:
        """Return at that instant, at once when it has passed."""
