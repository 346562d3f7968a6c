"""The kill page as a file of this machine."""

import os
from contextlib import suppress
from pathlib import Path

from watchkeeper.domain.kill_page import GO, PAGE_BYTES, STOP, says_stop

MARK = ".laid"  # the name of the mark: kill.page.laid


class FileKillPage:
    """One page, written in place and synced: it needs no free space once it is there.

    A latch: only the exact page that says "go" says go. A missing, unreadable, cut or foreign
    page says stop. A mark beside it remembers that a page was laid down once, so that neither
    deleting it nor the next start releases. (A file system that copies on write may still want
    space to say stop; deleting or emptying the file then does it.)
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = path.with_name(path.name + MARK)

    def create(self) -> None:
        """Lay the page down saying go, once in the life of an installation.

        One that is there stays as it is, and one that is gone stays gone, which says stop.
        """
        if self._mark.exists():
            return
        with suppress(FileExistsError):
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            try:
                os.posix_fallocate(handle, 0, PAGE_BYTES)
                _write(handle, GO)
            finally:
                os.close(handle)
        self._mark.touch()
        _sync_folder(self._path.parent)

    def engaged(self) -> bool:
        """Whether it says stop; so does everything that is not the whole page saying go."""
        try:
            handle = os.open(self._path, _LOOKING)
            try:
                return says_stop(os.read(handle, PAGE_BYTES + 1))
            finally:
                os.close(handle)
        except OSError:
            return True

    def engage(self) -> None:
        """Say stop, in place; a page that is gone is laid down again, saying stop."""
        self._say(STOP)

    def release(self) -> None:
        """Say go; only after the release is in the journal."""
        self._say(GO)

    def _say(self, page: bytes) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            _write(handle, page)
            os.ftruncate(handle, PAGE_BYTES)
        finally:
            os.close(handle)


_LOOKING = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not hold us


def _write(handle: int, page: bytes) -> None:
    written = 0
    while written < len(page):
        written += os.pwrite(handle, page[written:], written)
    os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
