"""Somebody who waits for a sign of life, and pages when none comes."""

from datetime import datetime
from typing import Protocol

from watchkeeper.domain.effects import record


class Heartbeat(Protocol):
    """The dead man's switch: only its absence says anything."""

    @record
    async def beat(self, now: datetime) -> None:
        """Say that the watch is kept. Raises SourceUnavailable."""

    async def check(self) -> None:
        """Whether it could be reached now, without a beat. Raises SourceUnavailable."""
