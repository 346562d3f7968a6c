"""Supervision: tasks that fail are heard, started again with patience, or parked.

The one broad ``except``.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

from watchkeeper.ports.errors import JournalClosed

log = structlog.get_logger()

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
MOST_DOUBLINGS = 10


@dataclass
class Crew:
    """The tasks of one process: every one is known, and none outlives it."""

    failures: dict[str, int] = field(default_factory=dict)  # what → how often in a row
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something once in the background; its failure is logged and counted, not lost."""
        task = asyncio.get_running_loop().create_task(self._heard(name, work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # cancelled before it ever ran
        task.add_done_callback(_ended)
        return task

    def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run something for ever.

        When it fails it is started again, after a longer pause each time in a row. What has gone
        well for a minute is no failure any more.
        """
        return self.start(name, self._kept(name, work))

    async def stop(self) -> None:
        """Cancel everything and wait until it is gone."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _heard(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        await self.guarded(name, work)

    async def _kept(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            well = loop.call_later(LONGEST_PAUSE_SECONDS, self.failures.pop, name, None)
            try:
                await self.guarded(name, work())
            finally:
                well.cancel()
            doublings = min(self.failures.get(name, 1), MOST_DOUBLINGS) - 1
            await asyncio.sleep(min(FIRST_PAUSE_SECONDS * 2**doublings, LONGEST_PAUSE_SECONDS))

    async def guarded(self, name: str, work: Awaitable[None]) -> bool:
        """Whether it ended well. A closed journal ends the whole process's work and is raised."""
        try:
            await work
        except JournalClosed:
            raise
        except Exception as error:
            self.failures[name] = self.failures.get(name, 0) + 1
            log.error("task_failed", task=name, error=repr(error), exc_info=error)
            return False
        self.failures.pop(name, None)
        return True


def _ended(task: asyncio.Task[Any]) -> None:
    """A task that a closed journal ended says so, once."""
    failure = None if task.cancelled() else task.exception()
    if failure is not None:
        log.error("task_ended", task=task.get_name(), error=repr(failure))
