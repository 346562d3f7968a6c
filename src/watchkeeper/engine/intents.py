"""Intents: what has been decided and not yet answered; each is carried out and answered once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from watchkeeper.domain.entry import Draft, Entry, Said, Tell, Unreadable
from watchkeeper.engine.machine import Answer, Duties, Duty
from watchkeeper.engine.supervise import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Crew
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import Journal

log = structlog.get_logger()

CLAIM_SECONDS = 60.0
RENEW_SECONDS = 20.0


def drafts(
    stream: str, said: Sequence[Said], expected: int, cause: int | None
) -> tuple[Draft, ...]:
    """What was said as drafts; the stream's own first entry carries the revision that was seen."""
    made: list[Draft] = []
    seen: int | None = expected
    for one in said:
        if isinstance(one, Tell):
            made.append(Draft(stream=one.stream, body=one.body, expected=one.expected, cause=cause))
        else:
            made.append(Draft(stream=stream, body=one, expected=seen, cause=cause))
            seen = None
    return tuple(made)


def unanswered(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """A stream's intents that no later entry answers."""
    answered = {entry.cause for entry in entries}
    return tuple(
        entry
        for entry in entries
        if not isinstance(entry.body, Unreadable)
        and entry.body.intent
        and entry.position not in answered
    )


@dataclass
class Intents:
    """Starts a task for each unanswered intent that is our duty, once at a time in this process.

    ``role`` names the process's kind: only workers of one role claim a stream from one another.
    """

    journal: Journal
    duties: Duties
    crew: Crew
    role: str
    worker: str
    _in_flight: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def carry_out(self, stream: str) -> None:
        """Start whatever of this stream is unanswered and not in flight.

        A stream that a newer program has written in is left to it: what cannot be read may be why
        nothing is to be done any more.
        """
        entries = await whole_stream(self.journal, stream)
        if any(isinstance(entry.body, Unreadable) for entry in entries):
            return
        for entry in unanswered(entries):
            if type(entry.body) in self.duties and entry.position not in self._in_flight:
                task = self.crew.start(f"intent {entry.position}", self._until_answered(entry))
                self._in_flight[entry.position] = task
                task.add_done_callback(partial(self._landed, entry.position))

    async def claim(self, stream: str) -> bool:
        """Take (or renew) a stream for this worker among those of its role."""
        return await self.journal.claim(f"{self.role}:{stream}", self.worker, CLAIM_SECONDS)

    def _landed(self, position: int, _: asyncio.Task[None]) -> None:
        self._in_flight.pop(position, None)

    async def _until_answered(self, entry: Entry) -> None:
        """Carry it out; what fails is tried again, as nothing else would ever wake its stream."""
        pause = FIRST_PAUSE_SECONDS
        while not await self.crew.guarded(f"intent {entry.position}", self._perform(entry)):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _perform(self, entry: Entry) -> None:
        held = await self.journal.held(entry.stream)
        entries = await whole_stream(self.journal, entry.stream)
        body = entry.body
        if held is None or isinstance(body, Unreadable) or entry not in unanswered(entries):
            return
        duty = self.duties[type(body)]
        renewing = self.crew.start(f"claim {entry.stream}", self._keep_claim(entry.stream))
        try:
            answer = await duty.perform(body, held.state)
        finally:
            renewing.cancel()
        await self._answer(entry, answer, duty)

    async def _keep_claim(self, stream: str) -> None:
        ours = True
        while ours:
            ours = await self.claim(stream)
            await asyncio.sleep(RENEW_SECONDS)

    async def _answer(self, intent: Entry, answer: Answer, duty: Duty) -> None:
        """Append the answer unless somebody else has answered meanwhile."""
        while True:
            entries = await whole_stream(self.journal, intent.stream)
            if intent not in unanswered(entries):
                return
            made = drafts(intent.stream, answer.said, entries[-1].revision, intent.position)
            try:
                await self.journal.append(duty.by, made, answer.blobs)
                return
            except StaleRevision:
                continue


async def whole_stream(journal: Journal, stream: str) -> tuple[Entry, ...]:
    """Every entry of one stream, in order. O(length of the stream)."""
    entries: list[Entry] = []
    while page := await journal.entries(
        after=entries[-1].position if entries else 0, limit=1000, stream=stream
    ):
        entries.extend(page)
        if len(page) < 1000:
            break
    return tuple(entries)
