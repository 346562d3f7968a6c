"""Who does the blocking work: threads beside the event loop, or the caller itself in simulation."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from watchkeeper.adapters.sql.writer import Claim, Outcome, Wanted, Writer
from watchkeeper.ports.errors import JournalClosed, JournalFailed

T = TypeVar("T")

Ring = Callable[[], None]  # called in the event loop after every commit
Finish = Callable[[], None]  # lets every connection go
GROUP_AT_MOST = 256
_CLOSED = JournalClosed("this journal handle is closed")


class Hands(Protocol):
    """Runs reads, appends and claims."""

    async def read(self, work: Callable[[], T]) -> T:
        """A read's result."""

    async def append(self, wanted: Wanted) -> Outcome:
        """An append's outcome."""

    async def claim(self, claim: Claim) -> bool:
        """Whether the claim was taken. Raises JournalFailed."""

    async def close(self) -> None:
        """Finish what waits, then stop."""

    def fence(self) -> None:
        """Do nothing more, at once."""


class InlineHands:
    """No threads: for simulation, where the loop's order is the seed's, and for short commands."""

    def __init__(self, writer: Writer, ring: Ring, finish: Finish) -> None:
        self._writer = writer
        self._ring = ring
        self._finish = finish

    async def read(self, work: Callable[[], T]) -> T:
        """Run it here."""
        return work()

    async def append(self, wanted: Wanted) -> Outcome:
        """Append it here, a group of one."""
        [outcome] = self._writer.append((wanted,))
        self._ring()
        return outcome

    async def claim(self, claim: Claim) -> bool:
        """Take it here."""
        return self._writer.claim((claim,))[0]

    async def close(self) -> None:
        """Nothing waits."""
        self._finish()

    def fence(self) -> None:
        """Nothing is under way between two calls."""
        self._finish()


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """What the appender thread is asked, and who waits for the answer. ``asked`` None: stop."""

    asked: Wanted | Claim | None
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]


class ThreadHands:
    """One appender thread that groups what waits, and a few reader threads.

    The appender is a daemon and the readers wait for nobody, so neither keeps a process alive that
    wants to end.
    """

    def __init__(self, writer: Writer, ring: Ring, finish: Finish, readers: int) -> None:
        self._writer = writer
        self._ring = ring
        self._finish = finish
        self._asked: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._under_way: list[_Waiting] = []
        self._fenced = False
        self._gone = False
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="journal-reader")
        threading.Thread(target=self._run, name="journal-appender", daemon=True).start()

    async def read(self, work: Callable[[], T]) -> T:
        """Run it in a reader thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def append(self, wanted: Wanted) -> Outcome:
        """Wait for the group commit that holds it; being cancelled does not undo it."""
        outcome: Outcome = await self._ask(wanted)
        return outcome

    async def claim(self, claim: Claim) -> bool:
        """Wait until the appender has looked."""
        outcome = await self._ask(claim)
        if isinstance(outcome, Exception):
            raise outcome
        return bool(outcome)

    async def close(self) -> None:
        """Finish what waits, then stop; the event loop goes on meanwhile."""
        await self._ask(None)

    def fence(self) -> None:
        """Whatever has not been begun is refused; the threads end by themselves."""
        self._fenced = True
        self._ask(None).cancel()

    def _ask(self, asked: Wanted | Claim | None) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(asked=asked, loop=loop, answer=loop.create_future())
        self._asked.put(waiting)
        if self._gone:
            self._refuse_rest()
        return waiting.answer

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            self._readers.shutdown(wait=True)
            self._finish()
            self._gone = True
            self._tell(self._under_way, [_CLOSED] * len(self._under_way))
            self._refuse_rest()

    def _turn(self) -> bool:
        """Everything that waits now, at least one; whether there may be more."""
        group = [self._asked.get()]
        while len(group) < GROUP_AT_MOST and not self._asked.empty():
            group.append(self._asked.get())
        self._under_way = group
        if not self._fenced:
            self._serve([each for each in group if isinstance(each.asked, Wanted)], self._appended)
            self._serve([each for each in group if isinstance(each.asked, Claim)], self._claimed)
        return all(each.asked is not None for each in group)

    def _serve(
        self, group: list[_Waiting], work: Callable[[list[_Waiting]], Sequence[object]]
    ) -> None:
        """Do it for all of them, and tell each its own outcome, or all the one failure."""
        if not group:
            return
        try:
            outcomes = work(group)
        except JournalFailed as failure:
            outcomes = [failure] * len(group)
        self._tell(group, outcomes)

    def _appended(self, group: list[_Waiting]) -> Sequence[object]:
        return self._writer.append([each.asked for each in group if isinstance(each.asked, Wanted)])

    def _claimed(self, group: list[_Waiting]) -> Sequence[object]:
        return self._writer.claim([each.asked for each in group if isinstance(each.asked, Claim)])

    def _tell(self, group: list[_Waiting], outcomes: Sequence[object]) -> None:
        """Wake the event loop of each caller once; a loop that has gone needs no answer."""
        for loop in {each.loop for each in group}:
            answers = [
                (each.answer, outcome)
                for each, outcome in zip(group, outcomes, strict=True)
                if each.loop is loop
            ]
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._told, answers)

    def _told(self, answers: list[tuple[asyncio.Future[Any], object]]) -> None:
        for answer, outcome in answers:
            if not answer.done():
                answer.set_result(outcome)
        self._ring()

    def _refuse_rest(self) -> None:
        rest: list[_Waiting] = []
        with suppress(queue.Empty):
            while True:
                rest.append(self._asked.get_nowait())
        self._tell(rest, [_CLOSED] * len(rest))
