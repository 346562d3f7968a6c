"""Whether this data directory is still where it was, and as far as it was.

A copy has no right to act: its original may be acting. A journal that was put back has forgotten
what was done since. Either starts killed, and a person decides.
"""

from pathlib import Path

from watchkeeper.adapters.system.birthplace import (
    Birthplace,
    BirthplaceUnreadable,
    birthplace,
    note,
    remembered,
)
from watchkeeper.ports.kill_page import KillPage

RELEASE = "make sure that no other one acts, then: watchkeeper kill release"


def stopped_for_its_place(folder: Path, entries: int, page: KillPage) -> str:
    """Engage the kill page over a data directory that was copied, moved or put back.

    Why, and what to do; empty when all is well. What was found is noted, so that a person's
    release holds. ``entries``: how many the journal has now.
    """
    here = birthplace(folder, entries)
    try:
        before = remembered(folder)
        why = _difference(before, here) if before else ""
    except BirthplaceUnreadable as unreadable:
        why = str(unreadable)
    if why:
        page.engage()
    note(folder, here)
    return f"{why}; {RELEASE}" if why else ""


def note_its_place(folder: Path, entries: int) -> None:
    """Note how far the journal has come by now."""
    note(folder, birthplace(folder, entries))


def _difference(before: Birthplace, here: Birthplace) -> str:
    if before.machine != here.machine:
        return "this installation was made on another machine: it is a copy, or it was moved"
    if before.directory != here.directory:
        return "the data directory is another one than it was: a copy, or put back from a backup"
    if here.entries < before.entries:
        return (
            f"the journal has {here.entries} entries and had {before.entries}: "
            "it was put back from a backup"
        )
    return ""
