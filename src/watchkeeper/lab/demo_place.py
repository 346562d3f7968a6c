"""Where a demo leaves its journal: never where a live installation keeps its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import NEWEST, TRAIL
from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.adapters.system.kill_page import MARK
from watchkeeper.bootstrap.data_directory import (
    API_TOKEN,
    KILL_PAGE,
    DataDirectoryRefused,
    default_data_dir,
    prepared,
)
from watchkeeper.bootstrap.pretend import Whose, whose

_LEFT_BY_A_DEMO = (FILE, f"{FILE}-wal", f"{FILE}-shm", NEWEST, TRAIL, KILL_PAGE, KILL_PAGE + MARK)
_OF_AN_INSTALLATION = (KILL_PAGE, KILL_PAGE + MARK, API_TOKEN)


class LiveJournal(DataDirectoryRefused):
    """The data directory belongs to a live installation, which a demo never touches."""


def demo_place(named: Path | None) -> Path:
    """The directory that was named; else one of its own beside the usual data directory."""
    if named is not None:
        return named
    usual = default_data_dir()
    said = os.environ.get("WATCHKEEPER_DATA_DIR")
    return usual if said else usual.with_name(f"{usual.name}-demo")


@contextmanager
def occupied(folder: Path) -> Iterator[Path]:
    """The directory, held and empty of any earlier demo, as long as the block lasts.

    Raises LiveJournal, DataDirectoryRefused, JournalLocked, SchemaTooNew.
    """
    _refuse_live(folder)
    home = prepared(folder)
    lock = DirectoryLock(home)
    try:
        _refuse_live(home)  # once more: now nobody else can begin here
        for name in _LEFT_BY_A_DEMO:
            (home / name).unlink(missing_ok=True)
        yield home
    finally:
        lock.release()


def _refuse_live(folder: Path) -> None:
    here = whose(folder)
    begun = here is Whose.NOBODYS and any((folder / name).exists() for name in _OF_AN_INSTALLATION)
    if here is Whose.LIVE or begun:
        raise LiveJournal(
            f"{folder}: this is a live installation's data directory; name another with --data-dir"
        )
