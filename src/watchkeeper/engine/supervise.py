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
        return task

    def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run something for ever.

        When it fails it is started again, each time after a longer pause.
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
        pause = FIRST_PAUSE_SECONDS
        while True:
            if await self.guarded(name, work()):
                pause = FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

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
