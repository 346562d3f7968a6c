"""The key files of an installation."""

from pathlib import Path

from watchkeeper.adapters.keys.pair import Pair
from watchkeeper.bootstrap.data_directory import AUTHORITY_KEY, AUTHORITY_PUBLIC


def authority_keys(folder: Path) -> Pair:
    """What warrants are signed with, and told by."""
    return Pair(private=folder / AUTHORITY_KEY, public=folder / AUTHORITY_PUBLIC)
