"""One connection, on which any number of calls wait for their answers."""

import asyncio
from collections.abc import Callable
from typing import cast

from watchkeeper.ports.errors import JournalClosed, JournalFailed
from watchkeeper.ports.journal_messages import (
    HEADER_BYTES,
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    FrameRefused,
    Question,
    Reply,
    frame,
    length_of,
    packed,
    unpacked,
)

BELL = "changed"


class Line(asyncio.Protocol):
    """The client's end. It has no task of its own: what comes in wakes who waits for it."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._bells: set[int] = set()  # the numbers of those who wait for news only
        self._incoming = bytearray()
        self._number = 0

    @property
    def up(self) -> bool:
        """Whether it can be asked."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, call: str, arguments: object) -> Reply:
        """The answer to a call. Raises JournalFailed when the connection goes first."""
        if self._transport is None:
            raise JournalFailed("the journal's keeper cannot be reached")
        self._number += 1
        content = frame(Question(number=self._number, call=call, arguments=packed(arguments)))
        if len(content) > LONGEST_QUESTION:
            raise JournalFailed(f"{len(content)} bytes at once; at most {LONGEST_QUESTION} go over")
        number, answer = self._number, asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        if call == BELL:
            self._bells.add(number)
        self._transport.write(content)
        try:
            reply: Reply = await answer
            return reply
        finally:
            self._waiting.pop(number, None)
            self._bells.discard(number)

    def end(self, error: Callable[[], Exception]) -> None:
        """Cut it; everybody who waits is told."""
        if self._transport is not None:
            self._transport.abort()
        self._tell(error)

    async def answered(self) -> None:
        """Return when nobody waits any more; whoever waits for news only is sent away."""
        for number in self._bells:
            if not self._waiting[number].done():
                self._waiting[number].set_exception(closed())
        while self._waiting:
            await asyncio.wait(tuple(self._waiting.values()))
            await asyncio.sleep(0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is up."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take what came in, and wake whoever waited for it."""
        self._incoming += data
        try:
            while (reply := self._next()) is not None:
                waiting = self._waiting.get(reply.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(reply)
        except FrameRefused as refused:
            reason = str(refused)
            self.end(lambda: JournalFailed(reason))

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone: what was under way may have been written, and nobody here can say."""
        self._transport = None
        self._tell(lambda: JournalFailed("the journal's keeper went away in the middle"))

    def _next(self) -> Reply | None:
        if len(self._incoming) < HEADER_BYTES:
            return None
        end = HEADER_BYTES + length_of(bytes(self._incoming[:HEADER_BYTES]), LONGEST_ANSWER)
        if len(self._incoming) < end:
            return None
        content = bytes(self._incoming[HEADER_BYTES:end])
        del self._incoming[:end]
        reply: Reply = unpacked(content, Reply)
        return reply

    def _tell(self, error: Callable[[], Exception]) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error())


def closed() -> JournalClosed:
    """What a handle says that was closed or fenced."""
    return JournalClosed("this journal handle is closed")
