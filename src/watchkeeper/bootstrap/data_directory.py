"""Where the journal, the keys and the socket live, and that nobody else may look into it."""

import os
import stat
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
SOCKET = "watchkeeper.sock"
KILL_PAGE = "kill.page"
AUTHORITY_KEY = "authority.key"
AUTHORITY_PUBLIC = "authority.pub"
API_TOKEN = "api-token"  # the name of a file  # noqa: S105

# No secret, and changing them can only stop: they may be read by all.
_OPEN_TO_ALL = frozenset({KILL_PAGE, f"{KILL_PAGE}.laid", AUTHORITY_PUBLIC})
_NOT_OURS = stat.S_IRWXG | stat.S_IRWXO


class DataDirectoryRefused(Exception):
    """The data directory cannot be used. The message is one line, with what to do."""


def default_data_dir() -> Path:
    """``WATCHKEEPER_DATA_DIR``, else ``/var/lib/watchkeeper`` (root) or ``~/.local/share/…``."""
    named = os.environ.get("WATCHKEEPER_DATA_DIR")
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/lib/watchkeeper")
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "watchkeeper"


def prepared(folder: Path) -> Path:
    """The data directory, made with mode 0700 when it is missing. Raises DataDirectoryRefused."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except FileExistsError:
        raise DataDirectoryRefused(f"{folder}: is not a directory; name another one") from None
    except OSError as error:
        raise DataDirectoryRefused(f"{folder}: cannot be made: {error.strerror}") from None
    for fault in _fault(folder, PRIVATE_FOLDER):
        raise DataDirectoryRefused(fault)
    return folder.resolve()


def existing(folder: Path) -> Path:
    """The data directory, which must be there already. Raises DataDirectoryRefused."""
    if not folder.is_dir():
        raise DataDirectoryRefused(
            f"{folder}: no such data directory; name it with --data-dir, or run: watchkeeper up"
        )
    return folder.resolve()


def permission_faults(folder: Path) -> list[str]:
    """What is wrong with owners and modes of the directory and its files, each with its cure."""
    faults = [*_fault(folder, PRIVATE_FOLDER)]
    for path in sorted(folder.iterdir()) if not faults else ():
        if not path.is_symlink() and path.name not in _OPEN_TO_ALL:
            faults += _fault(path, PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)
    return faults


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner may read. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, PRIVATE_FILE)
        file.write(text)


def _fault(path: Path, wanted: int) -> list[str]:
    try:
        found = path.stat()
    except OSError as error:
        return [f"{path}: cannot be looked at: {error.strerror}"]
    if found.st_uid not in (os.geteuid(), 0):
        return [f"{path}: belongs to another user; run: chown {os.geteuid()} {path}"]
    if stat.S_IMODE(found.st_mode) & _NOT_OURS:
        return [f"{path}: others may look into it; run: chmod {wanted:o} {path}"]
    return []
