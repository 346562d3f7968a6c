"""How late the event loop is: what else runs on it shows here first."""

import asyncio
from collections import deque

INTERVAL_SECONDS = 0.25
KEPT = 240  # samples: the last minute
SUSTAINED = 8  # samples in a row that have to be late: two seconds at the very least


class LoopLag:
    """The newest samples of the loop's lateness, in seconds."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=KEPT)

    async def run(self) -> None:
        """Sample until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + INTERVAL_SECONDS
            await asyncio.sleep(INTERVAL_SECONDS)
            self._late.append(max(loop.time() - due, 0.0))

    def quantile(self, ratio: float) -> float:
        """The lag that this share of the samples does not exceed; 0 without samples."""
        ordered = sorted(self._late)
        return ordered[min(int(len(ordered) * ratio), len(ordered) - 1)] if ordered else 0.0

    def sustained(self) -> float:
        """The lag that every one of the newest samples has reached; 0 without enough of them."""
        newest = list(self._late)[-SUSTAINED:]
        return min(newest) if len(newest) == SUSTAINED else 0.0
