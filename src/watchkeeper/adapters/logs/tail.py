"""The end of a log file, within bounds."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from watchkeeper.adapters.logs.stamps import written_at
from watchkeeper.adapters.wire.text import one_line
from watchkeeper.domain.instant import from_unix
from watchkeeper.ports.logs import LogLine

TAIL_BYTES = 1_048_576  # read of one file, from its end
LINE_LIMIT = 2_000  # characters


class NotAFile(Exception):
    """A pipe, device or folder stands where a log file should be."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The instants asked for, both included."""

    start: datetime
    end: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether an instant is inside."""
        return self.start <= instant <= self.end


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A line and when it belongs: one without a time belongs to the timed line before it."""

    belongs_at: datetime
    line: LogLine


@dataclass(frozen=True, kw_only=True)
class Tail:
    """The last lines of a file; ``whole`` when nothing before them was left out."""

    lines: tuple[str, ...]
    whole: bool
    changed_at: datetime


def tailed(path: str, window: Window) -> tuple[Placed, ...]:
    """The lines of a file, and of the one rotated away before it, in the window, oldest first.

    Raises OSError or NotAFile for the file itself; a rotated one may be missing. For the crew.
    """
    tail = end_of(path)
    placed = tuple(_placed(path, tail, window))
    if tail.whole and (not placed or placed[0].belongs_at > window.start):
        placed = (*_rotated(path, window), *placed)
    return tuple(each for each in placed if window.holds(each.belongs_at))


def end_of(path: str, limit_bytes: int = TAIL_BYTES) -> Tail:
    """The end of a regular file. Raises OSError or NotAFile."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not hold us
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFile(path)
        whole = status.st_size <= limit_bytes
        if not whole:
            file.seek(-limit_bytes, os.SEEK_END)
        content = file.read(limit_bytes)
    lines = content.split(b"\n")
    complete = lines if whole else lines[1:]  # the first begins somewhere before
    return Tail(
        lines=tuple(line.decode("utf-8", "replace") for line in complete if line.strip()),
        whole=whole,
        changed_at=from_unix(status.st_mtime),
    )


def _placed(path: str, tail: Tail, window: Window) -> Iterator[Placed]:
    """Every line in its place: before any time was read, that of the first one that was.

    In a file without times all lines belong to its last change.
    """
    times = [written_at(line, window.end) for line in tail.lines]
    last = min(tail.changed_at, window.end) if tail.changed_at >= window.start else tail.changed_at
    belongs_at = next((at for at in times if at is not None), last)
    for text, at in zip(tail.lines, times, strict=True):
        belongs_at = belongs_at if at is None else at
        line = LogLine(at=at, origin=path, text=one_line(text, LINE_LIMIT))
        yield Placed(belongs_at=belongs_at, line=line)


def _rotated(path: str, window: Window) -> tuple[Placed, ...]:
    """What logrotate moved away last, as long as it is not compressed."""
    for older in _rotated_names(Path(path)):
        try:
            return tuple(_placed(str(older), end_of(str(older)), window))
        except (OSError, NotAFile):
            continue
    return ()


def _rotated_names(path: Path) -> Iterator[Path]:
    dated = sorted(path.parent.glob(f"{path.name}-[0-9]*"), reverse=True)
    plain = (each for each in dated if each.suffix not in {".gz", ".xz", ".zst", ".bz2"})
    return chain([path.with_name(f"{path.name}.1")], plain)
