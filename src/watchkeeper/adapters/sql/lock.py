"""The lock of a data directory: one daemon at a time, gone with its process."""

import fcntl
import os
from pathlib import Path

from watchkeeper.ports.errors import JournalLocked

FILE = "lock"


class DirectoryLock:
    """Held from construction to ``release``, or to the end of the process, however it ends."""

    def __init__(self, directory: Path) -> None:
        """Raise JournalLocked when another process holds it."""
        self._descriptor = os.open(directory / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._descriptor, 32).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise JournalLocked(
                f"{directory}: in use by process {holder or 'unknown'}; stop it first"
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let others in."""
        os.close(self._descriptor)
