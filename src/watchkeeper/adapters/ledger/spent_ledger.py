"""The ledger of spent warrants as a directory: one small file a warrant, made once, never removed.

Making the file (O_EXCL) is the spending: of two who try, in one process or in many, one makes it.
A warrant's file is on the disk before anything of it starts, so a `kill -9` or a power cut at any
instant leaves a warrant either never started or spent for ever.
"""

import asyncio
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchkeeper.ports.ledger import LedgerFailed

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
COUNT = "counted"
DIGITS = 20  # always as many, so that a number is overwritten in one piece

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_SAME = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
_WARRANT = re.compile(r"[A-Za-z0-9_-]{1,64}")


class SpentLedger:
    """Implements the ``Ledger`` port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = folder / COUNT

    async def count_up(self) -> int:
        """One more than ever before."""
        return await asyncio.to_thread(self._counted_up)

    async def mark(self, warrant: str, digest: str) -> bool:
        """Write down that it is spent, once."""
        return await asyncio.to_thread(self._marked, warrant, digest)

    def digest(self, warrant: str) -> str | None:
        """What was spent under that name, or None. Raises LedgerFailed."""
        with self._failing():
            path = self._path(warrant)
            return path.read_text().strip() if path.exists() else None

    def counted(self) -> int:
        """How far it has counted. Raises LedgerFailed."""
        with self._failing():
            return int(self._count.read_text()) if self._count.exists() else 0

    def catch_up(self, number: int) -> None:
        """Count on from there, where it has not come so far. Raises LedgerFailed."""
        if self.counted() < number:
            self._counted_up(at_least=number)

    def _counted_up(self, at_least: int = 0) -> int:
        with self._failing():
            _made(self._folder)
            handle = os.open(self._count, _SAME, PRIVATE_FILE)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                number = max(int(os.pread(handle, DIGITS, 0) or 0) + 1, at_least)
                os.pwrite(handle, f"{number:0{DIGITS}}".encode(), 0)
                os.fsync(handle)
            finally:
                os.close(handle)
            return number

    def _marked(self, warrant: str, digest: str) -> bool:
        with self._failing():
            path = self._path(warrant)
            _made(path.parent)
            try:
                handle = os.open(path, _NEW, PRIVATE_FILE)
            except FileExistsError:
                return False
            _synced(handle, f"{digest}\n".encode())  # when this fails the mark stands: nothing runs
            _sync_folder(path.parent)
            return True

    def _path(self, warrant: str) -> Path:
        """Fanned out by the end of the action's name, so that no directory grows huge."""
        if not _WARRANT.fullmatch(warrant):
            raise LedgerFailed(f"not a warrant's name: {warrant[:80]!r}")
        return self._folder / "spent" / warrant.removesuffix("-w")[-2:] / warrant

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise LedgerFailed(f"{self._folder}: {error.strerror}") from None
        except ValueError:
            raise LedgerFailed(f"{self._count}: holds no number") from None


def _made(folder: Path) -> None:
    if not folder.is_dir():
        _made(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        _sync_folder(folder.parent)


def _synced(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
