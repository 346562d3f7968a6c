"""Listens for the other processes of this installation, and answers for the journal."""

import asyncio
import contextlib
import os
from pathlib import Path

import structlog

from watchkeeper.interfaces.journal_socket.calls import Calls
from watchkeeper.interfaces.journal_socket.speakers import NotYourVoice, Speakers
from watchkeeper.interfaces.socket.address import bound, reachable
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.journal_messages import (
    HEADER_BYTES,
    LONGEST_QUESTION,
    FrameRefused,
    Question,
    Reply,
    frame,
    length_of,
    unpacked,
)

log = structlog.get_logger()

MOST_CONNECTIONS = 64
MOST_AT_ONCE = 256  # calls of one connection; whoever asks more waits in its own socket
OPEN = 0o666  # anybody may knock: who is let in is told by the kernel, not by the file


class JournalSocket:
    """The keeper's end."""

    def __init__(self, path: Path, journal: Journal, speakers: Speakers) -> None:
        self._path = path
        self._journal = journal
        self._speakers = speakers
        self._talks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until cancelled; then the socket is gone."""
        listener = bound(self._path)
        with reachable(self._path) as address:
            os.chmod(address, OPEN)  # noqa: PTH101 the address may run through /proc
        server = await asyncio.start_unix_server(self._talk, sock=listener)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._path.unlink(missing_ok=True)
            server.close()
            await self._hung_up()

    async def _hung_up(self) -> None:
        """End every talk: a server waits for its connections, and these stay open by themselves."""
        talks = tuple(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kinds = self._speakers.of(writer.get_extra_info("socket"))
        if talk := asyncio.current_task():  # always there; the type does not know
            self._talks.add(talk)
        try:
            if not kinds:
                log.warning("stranger_at_the_journal")
            elif len(self._talks) <= MOST_CONNECTIONS:
                await _Talk(reader, writer, Calls(journal=self._journal, kinds=kinds)).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # it went away
        except FrameRefused as refused:
            log.warning("journal_connection_refused", reason=str(refused))
        finally:
            if talk:
                self._talks.discard(talk)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


class _Talk:
    """One connection: questions as they come, answers as they are known."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, calls: Calls
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._calls = calls
        self._free = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until the other end goes. Raises FrameRefused, IncompleteReadError, ConnectionError."""
        try:
            while True:
                header = await self._reader.readexactly(HEADER_BYTES)
                length = length_of(header, LONGEST_QUESTION)
                question = unpacked(await self._reader.readexactly(length), Question)
                await self._free.acquire()
                task = asyncio.create_task(self._answer(question))
                self._under_way.add(task)
                task.add_done_callback(self._done)
        finally:
            for task in self._under_way:
                task.cancel()

    async def _answer(self, question: Question) -> None:
        reply = await _reply(self._calls, question)
        self._writer.write(frame(reply))
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        self._free.release()


async def _reply(calls: Calls, question: Question) -> Reply:
    try:
        return Reply(number=question.number, answer=await calls.answer(question))
    except NotYourVoice as refused:
        log.warning("spoke_as_another", reason=str(refused))
        return Reply(number=question.number, error="MayNotSay", message=str(refused))
    except Exception as error:  # noqa: BLE001 handed to its caller, who raises it
        return Reply(number=question.number, error=type(error).__name__, message=str(error)[:500])
