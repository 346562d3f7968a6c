"""One life of the program under test: its tasks are known, and a crash ends them all at once."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

from watchkeeper.lab.loop import VirtualLoop

DRAINING_ROUNDS = 20
ROUND_SECONDS = 1.0

_LIVING: ContextVar["Process | None"] = ContextVar("process", default=None)


class WouldNotDie(RuntimeError):
    """A task goes on though it was cancelled again and again."""


class Fence:
    """Whether this life may still touch anything."""

    def __init__(self) -> None:
        self.down = False

    def check(self) -> None:
        """Raise CancelledError once the life is over: a dead program makes no calls."""
        if self.down:
            raise asyncio.CancelledError


class Process:
    """A life from its start to its crash. Whatever its tasks start is its own too."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.fence = Fence()
        self._tasks: dict[asyncio.Task[Any], None] = {}

    @property
    def alive(self) -> bool:
        """Whether it has been started, has not crashed, and has something to do."""
        return bool(self._tasks) and not self.fence.down

    def start(self, loop: VirtualLoop, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin with this work."""
        loop.on_task = _belongs
        before = _LIVING.set(self)
        try:
            loop.create_task(main(), name=self.name)
        finally:
            _LIVING.reset(before)

    async def crash(self) -> None:
        """Fence it off from everything first, then end its tasks. Raises WouldNotDie."""
        self.fence.down = True
        for _ in range(DRAINING_ROUNDS):
            left = [task for task in self._tasks if not task.done()]
            if not left:
                return
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=ROUND_SECONDS)
        raise WouldNotDie(f"{self.name}: {[task.get_name() for task in left]}")

    def failure(self) -> BaseException | None:
        """Why its main work ended by itself, if it did."""
        main = next(iter(self._tasks), None)
        if main is None or not main.done() or main.cancelled():
            return None
        return main.exception()

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """A task of this life."""
        self._tasks[task] = None
        if len(self._tasks) % 256 == 0:
            main, *others = self._tasks
            self._tasks = {main: None} | {t: None for t in others if not t.done()}


def _belongs(task: asyncio.Task[Any]) -> None:
    process = _LIVING.get()
    if process is not None:
        process.adopt(task)
