"""The journal looked at as a whole, offline: verified, and its states made anew."""

import shutil
import tempfile
from pathlib import Path

from watchkeeper.adapters.sql.database import FILE
from watchkeeper.adapters.sql.head_files import noted
from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.adapters.sql.rebuild import rebuild
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.bootstrap.data_directory import existing
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.opening import NoJournal, reading
from watchkeeper.domain.audit import Report
from watchkeeper.domain.merkle import TreeHead


def verified(folder: Path) -> Report:
    """Walk the whole journal of a data directory; read-only, also while a watch writes."""
    return verify(_with_journal(folder))


async def head_checked(folder: Path) -> tuple[TreeHead, bool | None]:
    """The journal's head, and whether it agrees with every head noted beside the database.

    None: none is noted, so there is nothing to agree with. Raises DataDirectoryRefused,
    SchemaTooNew.
    """
    outside = noted(_with_journal(folder))  # first: the database is never behind its notes
    async with reading(folder) as journal:
        head = await journal.head()
    if head.size and not outside.heads:
        return head, None
    same_size = [each for each in outside.heads if each.size == head.size]
    agrees = outside.newest <= head.size and all(each.root == head.root for each in same_size)
    return head, agrees


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
        raise NoJournal(f"{folder}: there is no journal here; name it with --data-dir")
    return home
