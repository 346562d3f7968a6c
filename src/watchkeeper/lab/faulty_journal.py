"""The journal port with waits on both sides of every append, and a fence in front of the store."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, Draft, Entry
from watchkeeper.domain.merkle import TreeHead
from watchkeeper.lab.process import Fence
from watchkeeper.lab.weather import Mishap, Weather
from watchkeeper.ports.errors import JournalFailed
from watchkeeper.ports.journal import CursorMove, Held, Journal

T = TypeVar("T")
Heard = Callable[[], Awaitable[None]]

LONGEST_SILENCE = 10  # polls of the store without news, each about a second

SLOW_OR_LOST = frozenset({Mishap.LATE, Mishap.LOST})


class FaultyJournal:
    """One life's handle on the store.

    Appends are slow in bad weather, or the store fails them and nothing is written; claims are
    sometimes said to be another worker's. What has returned is never lost: the port promises that
    it is durable. ``heard`` is called between the commit and its answer.
    """

    def __init__(self, inner: Journal, weather: Weather, fence: Fence, heard: Heard) -> None:
        self._inner = inner
        self._weather = weather
        self._fence = fence
        self._heard = heard

    async def append(
        self,
        actor: Actor,
        drafts: Sequence[Draft],
        blobs: Sequence[Blob] = (),
        cursor: CursorMove | None = None,
    ) -> tuple[Entry, ...]:
        """All drafts, or none; a crash can fall before the commit, or before its answer."""
        mishap = self._weather.strikes("journal", SLOW_OR_LOST)
        await self._weather.pause(mishap)
        self._fence.check()
        if mishap is Mishap.LOST:
            raise JournalFailed("the disk is full, for now")
        entries = await self._inner.append(actor, drafts, blobs, cursor)
        await self._heard()
        await self._weather.pause()
        self._fence.check()
        return entries

    async def entries(
        self, after: int = 0, limit: int = 1000, stream: str | None = None
    ) -> tuple[Entry, ...]:
        """Entries above a position."""
        return await self._read(lambda: self._inner.entries(after, limit, stream))

    async def held(self, stream: str) -> Held | None:
        """One stream's fold."""
        return await self._read(lambda: self._inner.held(stream))

    async def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """Open streams of a prefix."""
        return await self._read(lambda: self._inner.open_streams(prefix))

    async def all_streams(self, prefix: str, limit: int = 1000) -> tuple[Held, ...]:
        """The newest streams of a prefix."""
        return await self._read(lambda: self._inner.all_streams(prefix, limit))

    async def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose time has come."""
        return await self._read(lambda: self._inner.due(now))

    async def next_wake(self) -> datetime | None:
        """The earliest time an open stream wants."""
        return await self._read(self._inner.next_wake)

    async def cursor(self, name: str) -> int:
        """How far a consumer has seen."""
        return await self._read(lambda: self._inner.cursor(name))

    async def blob(self, digest: str) -> Blob | None:
        """A stored text."""
        return await self._read(lambda: self._inner.blob(digest))

    async def head(self) -> TreeHead:
        """The head of the tree."""
        return await self._read(self._inner.head)

    async def claim(self, stream: str, worker: str, seconds: float) -> bool:
        """Take or renew a claim; sometimes it is said to be taken."""
        mishap = self._weather.strikes("claim", SLOW_OR_LOST)
        await self._weather.pause(mishap)
        self._fence.check()
        if mishap is Mishap.LOST:
            return False
        return await self._inner.claim(stream, worker, seconds)

    async def changed(self, after: int) -> None:
        """Return when there is news, or after one to ten seconds."""
        for _ in range(1 + int(self._weather.chance.random() * LONGEST_SILENCE)):
            self._fence.check()
            await self._inner.changed(after)
            if await self._inner.entries(after, limit=1):
                break
        self._fence.check()

    async def close(self) -> None:
        """Close the handle; the store lives on."""
        await self._inner.close()

    async def _read(self, ask: Callable[[], Awaitable[T]]) -> T:
        await self._weather.breath()
        self._fence.check()
        answer = await ask()
        self._fence.check()
        return answer
