"""What a process and everything that came of it take of this machine."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
MEGABYTE = 1e6


def pss_megabytes(pid: int) -> float:
    """Proportional set size over a process and its descendants: shared pages counted once."""
    return sum(_pss_bytes(each) for each in family(pid)) / MEGABYTE


def family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    children = _children()
    waiting = [pid]
    for each in waiting:
        yield each
        waiting += children[each]


def disk_megabytes(folder: Path) -> float:
    """What a folder takes on the disk: whole blocks, a hard link counted once."""
    seen: dict[tuple[int, int], int] = {}
    for path in (folder, *folder.rglob("*")):
        found = path.lstat()
        seen[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(seen.values()) / MEGABYTE


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stat = (entry / "stat").read_text()
                found[int(stat.rpartition(")")[2].split()[1])].append(int(entry.name))
    return found


def _pss_bytes(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
