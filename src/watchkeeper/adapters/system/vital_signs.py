"""How the file system under a directory is, and whether the kernel believes its clock."""

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES = 256  # struct timex is 208 bytes; zeroed, it asks and sets nothing


@dataclass(frozen=True, kw_only=True)
class Space:
    """A file system as an ordinary user may use it."""

    mount: str
    used_ratio: float  # as df counts: what is reserved for root is not there
    free_bytes: int


def space_under(folder: Path) -> Space:
    """The file system that a directory is on. Raises OSError."""
    found = os.statvfs(folder)
    used = found.f_blocks - found.f_bfree
    usable = used + found.f_bavail
    return Space(
        mount=str(mount_of(folder)),
        used_ratio=used / usable if usable else 1.0,
        free_bytes=found.f_bavail * found.f_frsize,
    )


def mount_of(folder: Path) -> Path:
    """Where the file system under a directory is mounted."""
    there = folder.resolve()
    while not there.is_mount() and there != there.parent:
        there = there.parent
    return there


def synchronised() -> bool | None:
    """Whether the kernel says that something keeps its clock right; None: it does not say."""
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else bool(state != _TIME_ERROR)
