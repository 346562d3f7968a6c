"""The journal looked at as a whole, offline: verified, and its states made anew."""

import shutil
import tempfile
from pathlib import Path

from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import heads
from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.adapters.sql.rebuild import rebuild
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.bootstrap.data_directory import DataDirectoryRefused, existing
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.audit import Report
from watchkeeper.domain.merkle import TreeHead


def verified(folder: Path) -> Report:
    """Walk the whole journal of a data directory; read-only, also while a watch writes."""
    return verify(_with_journal(folder))


def newest_head_agrees(folder: Path, head: TreeHead) -> bool:
    """Whether no head noted beside the database contradicts this one; of other sizes none can."""
    return all(noted.root == head.root for noted in heads(folder) if noted.size == head.size)


def rebuilt(folder: Path) -> tuple[str, ...]:
    """Make every stream's state anew from its entries; the names of those that differed.

    Raises JournalLocked while a watch runs.
    """
    home = _with_journal(folder)
    lock = DirectoryLock(home)
    try:
        return rebuild(home, FOLDS)
    finally:
        lock.release()


def rebuilt_aside(folder: Path) -> tuple[str, ...]:
    """What ``rebuilt`` would say, found on a copy. Raises JournalLocked while a watch runs."""
    home = _with_journal(folder)
    lock = DirectoryLock(home)
    try:
        with tempfile.TemporaryDirectory(prefix="watchkeeper-rebuild-") as aside:
            for path in home.glob(f"{FILE}*"):  # the database and what is not yet folded into it
                shutil.copy2(path, aside)
            return rebuild(Path(aside), FOLDS)
    finally:
        lock.release()


def _with_journal(folder: Path) -> Path:
    home = existing(folder)
    if not (home / FILE).exists():
        raise DataDirectoryRefused(f"{folder}: there is no journal here; name it with --data-dir")
    return home
