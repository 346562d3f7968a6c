"""Whether a file system still takes anything new."""

import os
import tempfile
from pathlib import Path

ROOM_BYTES = 256 * 1024  # more than the journal needs for its next entries


def room_in(folder: Path) -> None:
    """Take that much room, nameless and for a moment. Raises OSError where there is none.

    The journal's own small writes overwrite what is there already, and so succeed on a full disk.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
