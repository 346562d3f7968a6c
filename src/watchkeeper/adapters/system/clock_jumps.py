"""Noticing that the wall clock moved against monotonic time."""

import time
from collections.abc import Callable

TOLERANCE_SECONDS = 1.0  # a slewing NTP daemon stays far below this between two polls


class ClockJumps:
    """Compares the wall with monotonic time since the last poll.

    A machine that slept shows as a jump forward: its monotonic time stands still meanwhile.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        tolerance_seconds: float = TOLERANCE_SECONDS,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._tolerance_seconds = tolerance_seconds
        self._offset = wall() - monotonic()

    def poll(self) -> float | None:
        """Seconds that the wall jumped since the last poll (negative: back); None: it did not."""
        offset = self._wall() - self._monotonic()
        jumped = offset - self._offset
        self._offset = offset
        return jumped if abs(jumped) > self._tolerance_seconds else None
