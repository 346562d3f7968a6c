"""The tree's head outside the database: the newest one, and a trail of earlier ones.

A head is noted after its commit, so the files never know more than a reader of the database can
see. Several processes may note heads at once: each does so under a lock on the file, and an older
head never takes the place of a newer one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from watchkeeper.domain.merkle import TreeHead

NEWEST = "journal.head"
TRAIL = "journal.heads"
EVERY_ENTRIES = 64
EVERY = timedelta(seconds=60)
LINE_BYTES = 192  # of the newest head: always the same, so that it is overwritten in one piece


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Every head that the files still hold."""

    heads: tuple[TreeHead, ...]
    missing: tuple[str, ...]  # the names of files that are not there
    unreadable: int = 0  # lines that say nothing

    @property
    def newest(self) -> int:
        """The most entries that any of them knows of."""
        return max((head.size for head in self.heads), default=0)


@dataclass
class HeadFiles:
    """Written after each grouped commit, by whichever process committed."""

    directory: Path
    _newest: int | None = None  # the descriptor of the newest head, kept open
    _said: bytes = b""  # the line that this process wrote last
    _noted: TreeHead | None = None  # the last one of the trail, as far as this process knows
    _noted_at: datetime | None = None

    def write(self, head: TreeHead, at: datetime) -> None:
        """The newest head, and a line of the trail now and then. Raises OSError.

        A newer head that is found there stays, and a head that another process left goes into the
        trail before it is overwritten: whatever was noted once is not forgotten.
        """
        with self._locked() as descriptor:
            line = os.pread(descriptor, LINE_BYTES, 0)
            there = _head(line) if line != self._said else None
            if there is not None and (self._noted is None or there.size >= head.size):
                self._note(there, at)
            if there is None or there.size < head.size:
                self._said = _line(head, at).ljust(LINE_BYTES - 1) + b"\n"
                os.pwrite(descriptor, self._said, 0)
            if self._due(head, at):
                self._note(head, at)

    def close(self) -> None:
        """Let the file go."""
        descriptor, self._newest = self._newest, None
        if descriptor is not None:
            os.close(descriptor)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The newest head's file, and nobody else there."""
        if self._newest is not None and os.fstat(self._newest).st_nlink == 0:
            self.close()  # it was taken away: another file stands in its place, or none
        if self._newest is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._newest = os.open(self.directory / NEWEST, flags, 0o600)
        descriptor = self._newest
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield descriptor
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _due(self, head: TreeHead, at: datetime) -> bool:
        if self._noted is None or self._noted_at is None:
            return True
        return head.size - self._noted.size >= EVERY_ENTRIES or at - self._noted_at >= EVERY

    def _note(self, head: TreeHead, at: datetime) -> None:
        if head == self._noted:
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.directory / TRAIL, flags, 0o600)
        try:
            os.write(descriptor, _line(head, at) + b"\n")
        finally:
            os.close(descriptor)
        self._noted, self._noted_at = head, at


def noted(directory: Path) -> Outside:
    """What the files say now. To compare with the database, look at it after this, not before."""
    heads: list[TreeHead] = []
    missing: list[str] = []
    unreadable = 0
    for name in (TRAIL, NEWEST):
        try:
            lines = _lines(directory / name)
        except FileNotFoundError:
            missing.append(name)
            continue
        for line in lines:
            head = _head(line)
            if head is None:
                unreadable += 1
            else:
                heads.append(head)
    return Outside(heads=tuple(heads), missing=tuple(missing), unreadable=unreadable)


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        return [line for line in file.read().splitlines() if line.strip()]


class _Line(msgspec.Struct):
    """A head as it is written."""

    size: int
    root: str
    at: datetime | None = None


_LINES = msgspec.json.Decoder(_Line)


def _line(head: TreeHead, at: datetime) -> bytes:
    return msgspec.json.encode(_Line(size=head.size, root=head.root.hex(), at=at))


def _head(line: bytes) -> TreeHead | None:
    try:
        said = _LINES.decode(line)
        return TreeHead(size=said.size, root=bytes.fromhex(said.root))
    except ValueError:  # msgspec's errors are such, too
        return None
