"""Hands for work that must not hold the event loop."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

T = TypeVar("T")

IDLE_SECONDS = 60.0  # a process nobody uses gives its memory back after this


class InlineCrew:
    """Does the work where it is asked: simulation and tests."""

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """The function's result, at once."""
        return work(*arguments)

    async def close(self) -> None:
        """Nothing to put away."""


class ThreadCrew:
    """Threads, started at the first work: for what lets go of the interpreter (numpy, files)."""

    def __init__(self, threads: int = 1, name: str = "crew") -> None:
        self._threads = threads
        self._name = name
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """The function's result; its exception is raised here."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
        return await asyncio.wrap_future(self._pool.submit(work, *arguments))

    async def close(self) -> None:
        """Take no more work; what waits is dropped, what runs is left to end by itself."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


class ProcessCrew:
    """Processes, started at the first work and ended when idle: for work heavy in Python itself.

    Functions and arguments travel pickled, so functions stand at the top of a module. A worker
    that dies takes its work with it: pure work is then done once more by a new one.
    """

    def __init__(self, processes: int = 1, idle_seconds: float = IDLE_SECONDS) -> None:
        self._processes = processes
        self._idle_seconds = idle_seconds
        self._pool: ProcessPoolExecutor | None = None
        self._at_work = 0
        self._closing: asyncio.TimerHandle | None = None

    @property
    def started(self) -> bool:
        """Whether its processes are there."""
        return self._pool is not None

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """The function's result; its exception is raised here."""
        self._begin()
        try:
            return await self._once_or_twice(work, arguments)
        finally:
            self._end()

    async def close(self) -> None:
        """End the processes; work that waits is dropped."""
        if self._closing is not None:
            self._closing.cancel()
        self._put_away()

    async def _once_or_twice(self, work: Callable[..., T], arguments: tuple[object, ...]) -> T:
        pool = self._hired()
        try:
            return await asyncio.wrap_future(_handed(pool, work, arguments))
        except BrokenProcessPool:
            if self._pool is pool:
                self._put_away()
            return await asyncio.wrap_future(_handed(self._hired(), work, arguments))

    def _hired(self) -> ProcessPoolExecutor:
        if self._pool is None:
            fresh = multiprocessing.get_context("spawn")  # a fork of a threaded process may hang
            self._pool = ProcessPoolExecutor(self._processes, mp_context=fresh)
        return self._pool

    def _begin(self) -> None:
        self._at_work += 1
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None

    def _end(self) -> None:
        self._at_work -= 1
        if self._at_work == 0:
            loop = asyncio.get_running_loop()
            self._closing = loop.call_later(self._idle_seconds, self._put_away)

    def _put_away(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _handed(pool: Executor, work: Callable[..., T], arguments: tuple[object, ...]) -> Future[T]:
    return pool.submit(work, *arguments)
