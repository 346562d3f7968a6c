"""Who looks at the servers of one class."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Looker:
    """A key and a user that only look: never those that act."""

    key_file: Path
    user: str
