"""The journal: the only thing the agents write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from watchkeeper.domain.appending import StaleRevision
from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, Draft, Entry
from watchkeeper.domain.merkle import TreeHead


@dataclass(frozen=True, kw_only=True)
class Held:
    """A stream's cached fold.

    ``readable`` False: it holds a kind or schema newer than this program.
    """

    stream: str
    revision: int
    state: Any
    readable: bool = True


class CursorAhead(ValueError):
    """A consumer cannot have seen entries that are not there yet."""


@dataclass(frozen=True, kw_only=True)
class CursorMove:
    """A consumer has seen everything up to ``position``.

    Committed with the entries that follow from it.

    ``seen`` is where it stood when it read: when the cursor stands elsewhere by now, another worker
    was faster and the append is refused with StaleRevision.
    """

    name: str
    position: int
    seen: int

    def check(self, stands: int, size: int) -> None:
        """Whether a cursor that stands there may move so in a journal of that size.

        Raises StaleRevision, CursorAhead.
        """
        if stands != self.seen or self.position < stands:
            raise StaleRevision(f"cursor {self.name} stands at {stands}, not at {self.seen}")
        if self.position > size:
            raise CursorAhead(f"cursor {self.name} at {self.position}: there are {size} entries")


class Journal(Protocol):
    """Append-only, typed, tamper-evident; positions are gap-free and follow commit order."""

    async def append(
        self,
        actor: Actor,
        drafts: Sequence[Draft],
        blobs: Sequence[Blob] = (),
        cursor: CursorMove | None = None,
    ) -> tuple[Entry, ...]:
        """All drafts in one transaction, or none. Durable when it returns.

        Raises StaleRevision when a draft expected another revision, MayNotSay, JournalClosed,
        JournalFailed. An empty ``drafts`` with a cursor just moves the cursor (never back). A
        caller that is cancelled while it waits may find its entries written.
        """

    async def entries(
        self, after: int = 0, limit: int = 1000, stream: str | None = None
    ) -> tuple[Entry, ...]:
        """Entries with a position above ``after``, in order, of all streams or one."""

    async def held(self, stream: str) -> Held | None:
        """A stream's fold, or None when nothing was ever said in it."""

    async def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """All streams of the prefix in which something may still happen, by stream name."""

    async def all_streams(self, prefix: str, limit: int = 1000) -> tuple[Held, ...]:
        """The newest streams of the prefix by stream name, newest first."""

    async def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose ``wake_at`` has come; never one that this program cannot read."""

    async def next_wake(self) -> datetime | None:
        """The earliest ``wake_at`` of any open stream that this program can read."""

    async def cursor(self, name: str) -> int:
        """How far a consumer has seen; 0 when it never came."""

    async def blob(self, digest: str) -> Blob | None:
        """A stored text, or None when it was erased or never written. Raises BlobAltered."""

    async def head(self) -> TreeHead:
        """How many entries there are, and the hash over all of them."""

    async def claim(self, stream: str, worker: str, seconds: float) -> bool:
        """Take (or renew) a stream for a while by the store's own clock.

        False: another worker has it.

        It only saves double work: the fence is the expected revision.
        """

    async def changed(self, after: int) -> None:
        """Return when there is an entry above ``after``; also every second or so, as a floor."""

    async def close(self) -> None:
        """Write what waits, then refuse everything."""
