"""Consuming.

Following the journal with a cursor that commits together with what follows from it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, Draft, Entry
from watchkeeper.engine.supervise import Crew
from watchkeeper.ports.errors import JournalFailed, StaleRevision
from watchkeeper.ports.journal import CursorMove, Journal

log = structlog.get_logger()

PAGE = 200
TRIES = 3  # of an entry whose handling fails
PAUSE_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Following:
    """What follows from an entry."""

    drafts: tuple[Draft, ...] = ()
    blobs: tuple[Blob, ...] = ()


Handle = Callable[[Entry], Awaitable[Following]]


@dataclass
class Consumer:
    """Follows every entry, in order, each exactly once in effect."""

    name: str
    actor: Actor
    journal: Journal
    handle: Handle
    crew: Crew

    async def run(self) -> None:
        """For ever: read a page, handle it, wait for the bell."""
        while True:
            cursor = await self.journal.cursor(self.name)
            entries = await self.journal.entries(after=cursor, limit=PAGE)
            if not entries:
                await self.journal.changed(cursor)
                continue
            await self._handled(cursor, entries)

    async def _handled(self, cursor: int, entries: tuple[Entry, ...]) -> None:
        """Handle a page; the cursor moves with what follows, and once more at the page's end.

        An entry that cannot be handled is tried again, then logged and passed: it stops nothing but
        itself.
        """
        for entry in entries:
            following = await self._following(entry)
            if following is None:
                await asyncio.sleep(PAUSE_SECONDS)
                return
            last = entry is entries[-1]
            if not following.drafts and not last:
                continue
            move = CursorMove(name=self.name, position=entry.position, seen=cursor)
            try:
                await self.journal.append(self.actor, following.drafts, following.blobs, move)
            except StaleRevision:
                return  # somebody was faster, or a stream moved: read again from the cursor
            cursor = entry.position

    async def _following(self, entry: Entry) -> Following | None:
        """What follows from an entry; None: it failed and is worth another try."""
        name = f"consumer {self.name} at {entry.position}"
        found: list[Following | JournalFailed] = []

        async def handled() -> None:
            try:
                found.append(await self.handle(entry))
            except JournalFailed as failed:  # no fault of the entry's: no try is counted
                found.append(failed)

        if await self.crew.guarded(name, handled()):
            if isinstance(found[0], JournalFailed):
                raise found[0]
            return found[0]
        if self.crew.failures[name] < TRIES:
            return None
        log.error("entry_passed", consumer=self.name, position=entry.position)
        return Following()
