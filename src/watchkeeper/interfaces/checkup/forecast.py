"""How long the disk will last, and what lies on it."""

from collections.abc import Iterator
from pathlib import Path

from watchkeeper.bootstrap.data_directory import DataDirectoryRefused
from watchkeeper.bootstrap.growth import Growth, growth, space
from watchkeeper.bootstrap.system import system_clock
from watchkeeper.domain.fitness import FULL_RATIO
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow
from watchkeeper.ports.errors import JournalFailed, SchemaTooNew

SOON_DAYS = 30
FAR_DAYS = 3650
CHECK = "disk forecast"
CURE = "make room, or move the data directory with --data-dir"


def forecast(folder: Path) -> Iterator[Finding]:
    """Full already, full soon, or how long it will last."""
    try:
        found = space(folder)
        if found.used_ratio >= FULL_RATIO:
            told = f"{found.mount} is {found.used_ratio:.0%} full: from 90% on it stops acting"
            yield red(CHECK, told, CURE)
            return
        grown = growth(folder, system_clock().now())
    except (DataDirectoryRefused, SchemaTooNew, JournalFailed, OSError):
        return  # other checks say so
    room = found.free_bytes * (1 - (1 - FULL_RATIO) / max(1 - found.used_ratio, 1e-9))
    yield _lasting(grown, room, found.mount)


def _lasting(grown: Growth, room_bytes: float, mount: str) -> Finding:
    """``room_bytes``: until the file system is so full that acting stops."""
    holds = (
        f"journal {_mb(grown.journal_bytes)}, heads {_mb(grown.heads_bytes)}, "
        f"jobs {_mb(grown.jobs_bytes)}"
    )
    if grown.per_day_bytes is None:
        return green(CHECK, f"{holds}; it is too young for a forecast")
    told = f"{holds}; grows {_mb(grown.per_day_bytes)} a day"
    days = room_bytes / grown.per_day_bytes if grown.per_day_bytes else FAR_DAYS
    if days < SOON_DAYS:
        return yellow(CHECK, f"{told}; {mount} is 90% full in {days:.0f} days", CURE)
    lasts = f"{days:.0f} days" if days < FAR_DAYS else "more than ten years"
    return green(CHECK, f"{told}; {mount} is 90% full in {lasts} at this rate")


def _mb(size: float) -> str:
    return f"{size / 1e6:.1f} MB"
