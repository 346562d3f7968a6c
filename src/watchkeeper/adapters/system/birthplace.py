"""Where an installation lives: its machine and its very directory, as a small file has them."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

FILE = "installation.identity"
MACHINE_ID = Path("/etc/machine-id")  # machine-id(5): one for each installed system


@dataclass(frozen=True, kw_only=True)
class Birthplace:
    """A machine, a directory on it, and how far its journal had come when it was last noted."""

    machine: str
    directory: str  # device and inode
    entries: int


class BirthplaceUnreadable(Exception):
    """The file that remembers where this installation lives cannot be read."""


def birthplace(folder: Path, entries: int, machine_id: Path = MACHINE_ID) -> Birthplace:
    """This machine and this directory. A machine without an id has the empty one."""
    try:
        machine = machine_id.read_text().strip()
    except OSError:
        machine = ""
    found = folder.stat()
    return Birthplace(machine=machine, directory=f"{found.st_dev}:{found.st_ino}", entries=entries)


def remembered(folder: Path) -> Birthplace | None:
    """What was noted last; None: nothing yet. Raises BirthplaceUnreadable."""
    try:
        text = (folder / FILE).read_bytes()
        return msgspec.json.decode(text, type=Birthplace)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise BirthplaceUnreadable(f"{folder / FILE}: {error}") from error


def note(folder: Path, place: Birthplace) -> None:
    """Remember it: written aside, synced, and put in its place."""
    aside = folder / f"{FILE}.new"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, msgspec.json.encode(place))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    aside.replace(folder / FILE)
