"""A demo's journal and a live one never mix: each is known by the starts that stand in it."""

from enum import Enum
from pathlib import Path

from watchkeeper.adapters.sql.database import FILE, opened_for_reading
from watchkeeper.adapters.sql.reader import Reader
from watchkeeper.domain.events.installation import INSTALLATION, InstallationStarted

MARK = "+demo"  # ends the version that a demo's start is journalled with
MOST_STARTS = 1_000_000


class PretendJournal(Exception):
    """The journal is a demo's; a live watch needs a data directory of its own."""


class Whose(Enum):
    """Whose journal lies in a data directory."""

    NOBODYS = "nobody's"  # there is none, or nothing was ever written into it
    A_DEMOS = "a demo's"  # nobody but demos has started on it
    LIVE = "live"


def marked(version: str) -> str:
    """The version as a demo says it."""
    return f"{version}{MARK}"


def whose(folder: Path) -> Whose:
    """Whose journal it is. Raises SchemaTooNew, JournalFailed."""
    starts, entries = _starts(folder)
    if not entries:
        return Whose.NOBODYS
    if starts and all(start.version.endswith(MARK) for start in starts):
        return Whose.A_DEMOS
    return Whose.LIVE


def refuse_pretend(folder: Path) -> None:
    """Raise PretendJournal where a demo has ever written."""
    starts, _ = _starts(folder)
    if any(start.version.endswith(MARK) for start in starts):
        raise PretendJournal(
            f"{folder}: the journal here is a demo's; name another directory with --data-dir"
        )


def _starts(folder: Path) -> tuple[list[InstallationStarted], int]:
    """Every start that a folder's journal tells of, and how many entries it has in all."""
    if not (folder / FILE).exists():
        return [], 0
    engine = opened_for_reading(folder / FILE)
    try:
        reader = Reader(engine, {})
        entries, size = reader.entries(0, MOST_STARTS, INSTALLATION), reader.head().size
    finally:
        engine.dispose()
    return [e.body for e in entries if isinstance(e.body, InstallationStarted)], size
