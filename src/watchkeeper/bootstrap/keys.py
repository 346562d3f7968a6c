"""The key files of an installation."""

from pathlib import Path

from watchkeeper.adapters.keys.key_file import KeyRefused
from watchkeeper.adapters.keys.pair import Pair
from watchkeeper.adapters.keys.public_key import PublicKey
from watchkeeper.adapters.keys.signing_key import SigningKey
from watchkeeper.bootstrap.data_directory import (
    AUTHORITY_KEY,
    AUTHORITY_PUBLIC,
    DataDirectoryRefused,
)


def authority_key(folder: Path) -> SigningKey:
    """What warrants are signed with, made at the first start. Raises DataDirectoryRefused."""
    try:
        return _pair(folder).made()
    except KeyRefused as refused:
        raise DataDirectoryRefused(str(refused)) from None


def authority_check(folder: Path) -> PublicKey:
    """What warrants are told by. Raises DataDirectoryRefused."""
    try:
        return _pair(folder).check()
    except KeyRefused as refused:
        raise DataDirectoryRefused(str(refused)) from None


def _pair(folder: Path) -> Pair:
    return Pair(private=folder / AUTHORITY_KEY, public=folder / AUTHORITY_PUBLIC)
