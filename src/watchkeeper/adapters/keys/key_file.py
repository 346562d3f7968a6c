"""A key's file: only its owner can read a private one, and nobody else can replace either."""

import os
import stat
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644
LONGEST_BYTES = 4 * 1_048_576  # a key has some two hundred; a list of templates may be long

_LOOKING = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not hold us


class KeyRefused(Exception):
    """The key cannot be used. The message is one line, with what to do."""


def private_bytes(path: Path) -> bytes:
    """What a private key's file holds. Raises KeyRefused when anybody else could have read it."""
    content, found = _read(path)
    if found.st_uid not in (0, os.geteuid()):
        raise KeyRefused(f"{path}: belongs to another user; run: chown {os.geteuid()} {path}")
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyRefused(f"{path}: others may use it; run: chmod 600 {path}")
    return content


def public_bytes(path: Path) -> bytes:
    """What a public key's file holds. Raises KeyRefused when anybody could have replaced it."""
    content, found = _read(path)
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise KeyRefused(f"{path}: others may replace it; run: chmod 644 {path}")
    return content


def written(path: Path, content: bytes, mode: int) -> None:
    """A new file, on the disk when this returns; one that is there stays. Raises KeyRefused."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except OSError as error:
        raise KeyRefused(f"{path}: cannot be made: {error.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(content)
        file.flush()
        os.fsync(handle)


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    try:
        handle = os.open(path, _LOOKING)
    except OSError as error:
        raise KeyRefused(f"{path}: cannot be read: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise KeyRefused(f"{path}: is not a file")
        return file.read(LONGEST_BYTES), found
