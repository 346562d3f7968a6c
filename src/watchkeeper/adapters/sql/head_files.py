"""The tree's head outside the database: the newest one, and a trail of earlier ones.

A head is noted after its commit, so the files never know more than a reader of the database can
see. Several processes may note heads at once: each does so under a lock on the file, and an older
head never takes the place of a newer one.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

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
    _noted: TreeHead | None = None  # the last one of the trail, as far as this process knows
    _noted_at: datetime | None = None

    def write(self, head: TreeHead, at: datetime) -> None:
        """The newest head, and a line of the trail now and then. Raises OSError.

        A newer head that is found there stays, and a head that another process left goes into the
        trail before it is overwritten: whatever was noted once is not forgotten.
        """
        with _locked(self.directory / NEWEST) as descriptor:
            there = _newest(descriptor)
            if there is not None and (self._noted is None or there.size >= head.size):
                self._note(there, at)
            if there is None or there.size < head.size:
                os.pwrite(descriptor, _line(head, at).ljust(LINE_BYTES - 1) + b"\n", 0)
            if self._due(head, at):
                self._note(head, at)

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


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file opened for reading and writing, and nobody else there."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        return [line for line in file.read().splitlines() if line.strip()]


def _newest(descriptor: int) -> TreeHead | None:
    return _head(os.pread(descriptor, LINE_BYTES, 0))


def _line(head: TreeHead, at: datetime) -> bytes:
    said = {"size": head.size, "root": head.root.hex(), "at": at.isoformat()}
    return json.dumps(said).encode()


def _head(line: bytes) -> TreeHead | None:
    try:
        said = json.loads(line)
        return TreeHead(size=int(said["size"]), root=bytes.fromhex(said["root"]))
    except (ValueError, KeyError, TypeError):
        return None
