"""The tree's head outside the database: the newest one, and a trail of earlier ones."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from watchkeeper.domain.merkle import TreeHead

NEWEST = "journal.head"
TRAIL = "journal.heads"
EVERY_ENTRIES = 64
EVERY = timedelta(seconds=60)


@dataclass
class HeadFiles:
    """Written after each grouped commit, by whichever process committed."""

    directory: Path
    _noted_size: int = field(default=-1)
    _noted_at: datetime | None = None

    def write(self, head: TreeHead, at: datetime) -> None:
        """The newest head, whole or not at all; and a line of the trail now and then."""
        line = json.dumps({"size": head.size, "root": head.root.hex(), "at": at.isoformat()})
        aside = self.directory / f"{NEWEST}.{os.getpid()}"
        aside.write_text(line + "\n", encoding="utf-8")
        aside.chmod(0o600)
        aside.replace(self.directory / NEWEST)
        if self._due(head, at):
            with (self.directory / TRAIL).open("a", encoding="utf-8") as trail:
                trail.write(line + "\n")
            (self.directory / TRAIL).chmod(0o600)
            self._noted_size, self._noted_at = head.size, at

    def _due(self, head: TreeHead, at: datetime) -> bool:
        if self._noted_at is None:
            return True
        return head.size - self._noted_size >= EVERY_ENTRIES or at - self._noted_at >= EVERY


def heads(directory: Path) -> Iterator[TreeHead]:
    """Every head that the files still hold, the trail first; unreadable lines are passed."""
    for name in (TRAIL, NEWEST):
        path = directory / name
        if path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                head = _head(line)
                if head:
                    yield head


def _head(line: str) -> TreeHead | None:
    try:
        said = json.loads(line)
        return TreeHead(size=int(said["size"]), root=bytes.fromhex(said["root"]))
    except (ValueError, KeyError, TypeError):
        return None
