"""The journal in memory: for simulation and tests, held to the same contract as the database's.

Several handles (workers) share one ``Disk``. A crash fences a handle; the disk stays as it is, so
what had not reached it is lost and what had is not.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchkeeper.domain.appending import Folded, planned, state_bytes
from watchkeeper.domain.blob import Blob, opened
from watchkeeper.domain.entry import Actor, AnyFold, Draft, Entry
from watchkeeper.domain.merkle import Frontier, TreeHead
from watchkeeper.domain.record import entry_of
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import JournalClosed
from watchkeeper.ports.journal import CursorMove, Held

POLL_SECONDS = 1.0

Hook = Callable[[str], Awaitable[None]]


async def nothing_happens(_: str) -> None:
    """The hook of a world without faults."""


@dataclass
class Disk:
    """What survives a crash."""

    records: list[bytes] = field(default_factory=list)
    by_stream: dict[str, list[int]] = field(default_factory=dict)  # stream → positions
    folded: dict[str, Folded] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)
    cursors: dict[str, int] = field(default_factory=dict)
    blobs: dict[str, Blob] = field(default_factory=dict)
    claims: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    bells: list[asyncio.Event] = field(default_factory=list)

    def states(self) -> dict[str, bytes]:
        """Every cached fold as bytes, for comparing with a rebuild."""
        return {stream: state_bytes(folded) for stream, folded in self.folded.items()}


class MemoryJournal:
    """One worker's handle on a disk.

    ``before`` and ``after`` are awaited around every call with its name: there the simulation
    delays, and crashes between "asked" and "done", or between "done" and "told".
    """

    def __init__(
        self,
        disk: Disk,
        folds: Sequence[AnyFold],
        clock: Clock,
        before: Hook = nothing_happens,
        after: Hook = nothing_happens,
    ) -> None:
        self._disk = disk
        self._folds = {fold.prefix: fold for fold in folds}
        self._clock = clock
        self._before = before
        self._after = after
        self._closed = False

    async def append(
        self,
        actor: Actor,
        drafts: Sequence[Draft],
        blobs: Sequence[Blob] = (),
        cursor: CursorMove | None = None,
    ) -> tuple[Entry, ...]:
        """All drafts at once, or none."""
        await self._begin("append")
        disk = self._disk
        for blob in blobs:
            opened(blob)
        if cursor:
            cursor.check(disk.cursors.get(cursor.name, 0), disk.frontier.size)
        plan = planned(
            actor,
            drafts,
            at=self._clock.now(),
            frontier=disk.frontier,
            look=disk.folded.get,
            folds=self._folds,
        )
        for row in plan.rows:
            disk.records.append(row.record)
            disk.by_stream.setdefault(row.entry.stream, []).append(row.entry.position)
        disk.folded.update(plan.folded)
        disk.frontier = plan.frontier
        disk.blobs.update({blob.digest: blob for blob in blobs})
        if cursor:
            disk.cursors[cursor.name] = cursor.position
        self._ring()
        await self._end("append")
        return tuple(row.entry for row in plan.rows)

    async def entries(
        self, after: int = 0, limit: int = 1000, stream: str | None = None
    ) -> tuple[Entry, ...]:
        """Entries above a position, in order."""
        await self._begin("entries")
        records = self._disk.records
        if stream is None:
            wanted = records[after : after + limit]
        else:
            positions = [p for p in self._disk.by_stream.get(stream, []) if p > after]
            wanted = [records[position - 1] for position in positions[:limit]]
        return tuple(entry_of(record) for record in wanted)

    async def held(self, stream: str) -> Held | None:
        """One stream's fold."""
        await self._begin("held")
        folded = self._disk.folded.get(stream)
        return _held(folded) if folded else None

    async def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """Open streams of a prefix, by name."""
        await self._begin("open_streams")
        return tuple(_held(f) for f in self._of(prefix) if f.open)

    async def all_streams(self, prefix: str, limit: int = 1000) -> tuple[Held, ...]:
        """The newest streams of a prefix by name."""
        await self._begin("all_streams")
        return tuple(_held(f) for f in self._of(prefix)[::-1][:limit])

    async def due(self, now: datetime) -> tuple[str, ...]:
        """Open streams whose time has come."""
        await self._begin("due")
        return tuple(stream for wake_at, stream in sorted(self._waking()) if wake_at <= now)

    async def next_wake(self) -> datetime | None:
        """The earliest time an open stream wants."""
        await self._begin("next_wake")
        return min((wake_at for wake_at, _ in self._waking()), default=None)

    async def cursor(self, name: str) -> int:
        """How far a consumer has seen."""
        await self._begin("cursor")
        return self._disk.cursors.get(name, 0)

    async def blob(self, digest: str) -> Blob | None:
        """A stored text."""
        await self._begin("blob")
        blob = self._disk.blobs.get(digest)
        if blob is not None:
            opened(blob)
        return blob

    async def head(self) -> TreeHead:
        """The head of the tree."""
        await self._begin("head")
        frontier = self._disk.frontier
        return TreeHead(size=frontier.size, root=frontier.root())

    async def claim(self, stream: str, worker: str, seconds: float) -> bool:
        """Take or renew a claim."""
        await self._begin("claim")
        now = self._clock.now()
        held = self._disk.claims.get(stream)
        if held is not None and held[0] != worker and held[1] > now:
            return False
        self._disk.claims[stream] = (worker, now + timedelta(seconds=seconds))
        return True

    async def changed(self, after: int) -> None:
        """Return at the next append of any handle, or after a second."""
        if (await self.head()).size > after:
            return
        bell = asyncio.Event()
        self._disk.bells.append(bell)
        waiting = asyncio.ensure_future(bell.wait())
        try:
            await asyncio.wait((waiting,), timeout=POLL_SECONDS)
        finally:
            waiting.cancel()
            if bell in self._disk.bells:
                self._disk.bells.remove(bell)
        self._check()

    async def close(self) -> None:
        """Refuse everything from now on."""
        self._closed = True

    def fence(self) -> None:
        """Refuse everything from now on, at once: what a crash leaves behind writes nothing."""
        self._closed = True

    def _waking(self) -> Iterator[tuple[datetime, str]]:
        """Open streams that can be read and want attention by themselves."""
        for folded in self._disk.folded.values():
            if folded.open and folded.readable and folded.wake_at is not None:
                yield folded.wake_at, folded.stream

    def _of(self, prefix: str) -> list[Folded]:
        found = [f for f in self._disk.folded.values() if f.prefix == prefix]
        return sorted(found, key=lambda folded: folded.stream)

    def _ring(self) -> None:
        bells, self._disk.bells = self._disk.bells, []
        for bell in bells:
            bell.set()

    async def _begin(self, call: str) -> None:
        self._check()
        await self._before(call)
        self._check()

    async def _end(self, call: str) -> None:
        await self._after(call)
        self._check()

    def _check(self) -> None:
        if self._closed:
            raise JournalClosed("this journal handle is closed")


def _held(folded: Folded) -> Held:
    return Held(
        stream=folded.stream,
        revision=folded.revision,
        state=folded.state,
        readable=folded.readable,
    )
