"""A deterministic event loop: virtual time, and the order of whatever is ready drawn by a seed.

Production code that sleeps, starts tasks and waits for events runs on it unmodified. Sleeping
costs nothing: when nobody is ready, time jumps to the next timer. There are no threads, sockets
or programs on it; opening one raises (``confinement``).
"""

import asyncio
import heapq
import random
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextvars import Context
from itertools import count
from typing import Any, TypeVar, TypeVarTuple, Unpack

from watchkeeper.lab.confinement import LoopWithoutHands, confined

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Work = Generator[Any, None, T] | Coroutine[Any, Any, T]
TaskHeard = Callable[["asyncio.Task[Any]"], None]


class NothingLeft(RuntimeError):
    """Everybody waits, and there is no timer that could ever wake anybody."""


class NumberedTask(asyncio.Task[T]):
    """A task whose hash is its number, so that sets of tasks have the same order in every run."""

    def __init__(self, number: int, work: Work[T], **settings: Any) -> None:
        self.number = number
        super().__init__(work, **settings)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class VirtualLoop(LoopWithoutHands):
    """One seed, one order. ``steps`` counts callbacks; ``before_step`` hears of each beforehand."""

    def __init__(self, seed: int) -> None:
        self.steps = 0
        self.choices = 0  # steps at which more than one callback was ready
        self.before_step: Callable[[], None] | None = None
        self.on_task: TaskHeard | None = None
        self.unheard: list[dict[str, Any]] = []  # exceptions that nobody retrieved
        self._chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._time = 0.0
        self._ready: list[asyncio.Handle] = []
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = count()
        self._stopping = False
        self._running = False
        self._closed = False
        self._debug = False

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._time

    def run_forever(self) -> None:
        """Run until ``stop``. Raises NothingLeft when nothing could ever happen again."""
        hooks = sys.get_asyncgen_hooks()
        self._running = True
        asyncio._set_running_loop(self)
        sys.set_asyncgen_hooks(finalizer=self._finish_generator)
        try:
            with confined():
                while not self._stopping:
                    self._step()
        finally:
            self._stopping = self._running = False
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)

    def run_until_complete(self, future: Any) -> Any:
        """Run until the awaitable is done; its result, or its exception."""
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(self._stop_after)
        try:
            self.run_forever()
        finally:
            task.remove_done_callback(self._stop_after)
        return task.result()

    def stop(self) -> None:
        """End ``run_forever`` before the next step."""
        self._stopping = True

    def is_running(self) -> bool:
        """Whether it is at work."""
        return self._running

    def is_closed(self) -> bool:
        """Whether it takes no more work."""
        return self._closed

    def close(self) -> None:
        """Forget whatever waits."""
        self._closed = True
        self._ready.clear()
        self._timers.clear()

    def call_soon(
        self,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Run it some time soon; not necessarily in the order of asking."""
        self._check_open()
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # there is one thread

    def call_later(
        self,
        delay: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run it after so many virtual seconds."""
        return self.call_at(self._time + max(delay, 0.0), callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run it at an instant of ``time``."""
        self._check_open()
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._order), handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        """A future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(self, coro: Work[T], **settings: Any) -> asyncio.Task[T]:
        """A task of this loop, with a number."""
        self._check_open()
        task = NumberedTask(next(self._order), coro, loop=self, **settings)
        if self.on_task is not None:
            self.on_task(task)
        return task

    async def shutdown_asyncgens(self) -> None:
        """Nothing: a generator is closed as soon as nobody holds it."""

    async def shutdown_default_executor(self) -> None:
        """Nothing: there is no executor."""

    def get_debug(self) -> bool:
        """Whether asyncio's own debugging is on."""
        return self._debug

    def set_debug(self, enabled: bool) -> None:
        """Turn asyncio's own debugging on or off."""
        self._debug = enabled

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep it in ``unheard``."""
        self.unheard.append(context)

    def _step(self) -> None:
        self._ripen()
        if not self._ready:
            raise NothingLeft("every task waits, and no timer is set")
        handle = self._drawn()
        if handle.cancelled():
            return
        self.steps += 1
        if self.before_step is not None:
            self.before_step()
        handle._run()

    def _drawn(self) -> asyncio.Handle:
        """Any of the ready, all equally likely."""
        ready = self._ready
        if len(ready) > 1:
            self.choices += 1
            place = int(self._chance.random() * len(ready))
            ready[place], ready[-1] = ready[-1], ready[place]
        return ready.pop()

    def _ripen(self) -> None:
        """Make due timers ready; jump to the next one when nobody is ready."""
        timers = self._timers
        while timers and timers[0][2].cancelled():
            heapq.heappop(timers)
        if timers and not self._ready:
            self._time = max(self._time, timers[0][0])
        while timers and timers[0][0] <= self._time:
            self._ready.append(heapq.heappop(timers)[2])

    def _stop_after(self, _: object) -> None:
        self.stop()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the loop is closed")

    def _finish_generator(self, generator: AsyncGenerator[Any, Any]) -> None:
        if not self._closed:
            self.create_task(generator.aclose())

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A cancelled timer is dropped when its time comes."""
