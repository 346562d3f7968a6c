"""Following the journal: every entry as soon as it is written, once and in order."""

import asyncio
from collections.abc import Awaitable, Callable

from watchkeeper.domain.entry import Entry
from watchkeeper.ports.journal import Journal

Told = Callable[[Entry], Awaitable[None]]


class Newsreel:
    """Reads on after each commit and tells whoever listens."""

    def __init__(self, journal: Journal) -> None:
        self.listeners: list[Told] = []
        self.position = 0
        self._journal = journal
        self._reading = asyncio.Lock()
        self._bell = asyncio.Event()

    async def heard(self) -> None:
        """Something was committed: pass on what is new."""
        async with self._reading:
            for entry in await self._journal.entries(after=self.position):
                self.position = entry.position
                for tell in self.listeners:
                    await tell(entry)
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def news(self, seconds: float) -> None:
        """Return at the next commit, or after so many seconds without one."""
        waiting = asyncio.ensure_future(self._bell.wait())
        try:
            await asyncio.wait((waiting,), timeout=seconds)
        finally:
            waiting.cancel()
