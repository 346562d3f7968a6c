"""Who does the blocking work: threads beside the event loop, or the caller itself in simulation."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from watchkeeper.adapters.sql.writer import Outcome, Wanted

T = TypeVar("T")

Append = Callable[[Sequence[Wanted]], list[Outcome]]
GROUP_AT_MOST = 256


class Hands(Protocol):
    """Runs reads and appends."""

    async def read(self, work: Callable[[], T]) -> T:
        """A read's result."""

    async def append(self, wanted: Wanted) -> Outcome:
        """An append's outcome."""

    def close(self) -> None:
        """Finish what waits, then stop."""


class InlineHands:
    """No threads: for simulation, where the loop's order is the seed's."""

    def __init__(self, append: Append) -> None:
        self._append = append

    async def read(self, work: Callable[[], T]) -> T:
        """Run it here."""
        return work()

    async def append(self, wanted: Wanted) -> Outcome:
        """Append it here, a group of one."""
        return self._append((wanted,))[0]

    def close(self) -> None:
        """Nothing waits."""


class ThreadHands:
    """One appender thread that groups what waits, and a few reader threads."""

    def __init__(self, append: Append, readers: int = 2) -> None:
        self._append = append
        self._waiting: queue.SimpleQueue[tuple[Wanted, Future[Outcome]] | None] = (
            queue.SimpleQueue()
        )
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="journal-reader")
        self._appender = threading.Thread(target=self._run, name="journal-appender", daemon=True)
        self._appender.start()

    async def read(self, work: Callable[[], T]) -> T:
        """Run it in a reader thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def append(self, wanted: Wanted) -> Outcome:
        """Wait for the group commit that holds it; being cancelled does not undo it."""
        future: Future[Outcome] = Future()
        self._waiting.put((wanted, future))
        return await asyncio.shield(asyncio.wrap_future(future))

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._waiting.put(None)
        self._appender.join()
        self._readers.shutdown(wait=True)

    def _run(self) -> None:
        while True:
            group, last = self._group()
            if group:
                self._commit(group)
            if last:
                return

    def _group(self) -> tuple[list[tuple[Wanted, Future[Outcome]]], bool]:
        """Everything that waits now; at least one, unless it is time to go."""
        first = self._waiting.get()
        if first is None:
            return [], True
        group = [first]
        while len(group) < GROUP_AT_MOST and not self._waiting.empty():
            more = self._waiting.get()
            if more is None:
                return group, True
            group.append(more)
        return group, False

    def _commit(self, group: list[tuple[Wanted, Future[Outcome]]]) -> None:
        try:
            outcomes: list[Outcome] = self._append([wanted for wanted, _ in group])
        except Exception as failure:  # noqa: BLE001 the transaction failed: every caller hears it
            outcomes = [failure for _ in group]
        for (_, future), outcome in zip(group, outcomes, strict=True):
            future.set_result(outcome)
