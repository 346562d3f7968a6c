"""The data directory and what is in it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from watchkeeper.bootstrap.audit import head_checked
from watchkeeper.bootstrap.data_directory import DataDirectoryRefused, permission_faults
from watchkeeper.bootstrap.opening import kill_page
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow
from watchkeeper.ports.errors import SchemaTooNew


def permissions(folder: Path) -> Iterator[Finding]:
    """Whose it is, and who may look into it."""
    if not folder.exists():
        yield yellow("data directory", f"{folder} is not there yet", "watchkeeper up makes it")
        return
    if not folder.is_dir():
        yield red("data directory", f"{folder} is not a directory", "name another: --data-dir")
        return
    faults = permission_faults(folder)
    for fault in faults:
        told, _, cure = fault.partition("; run: ")
        yield red("data directory", told, cure or "look at it as its owner")
    if not faults:
        yield green("data directory", str(folder))


def journal(folder: Path) -> Iterator[Finding]:
    """Whether it opens, and its head is the one that was noted beside it."""
    try:
        head, agrees = asyncio.run(head_checked(folder))
    except DataDirectoryRefused:
        yield yellow("journal", "none yet", "watchkeeper up begins one")
        return
    except SchemaTooNew as newer:
        yield red("journal", str(newer), "use the newer watchkeeper that wrote it")
        return
    except OSError as error:
        yield red("journal", f"does not open: {error}", "look at the data directory")
        return
    if agrees is None:
        told = "no head is noted beside it, so nothing outside vouches for it"
        yield yellow(
            "journal", told, "put the kept journal.heads back; run: watchkeeper audit verify"
        )
    elif agrees:
        yield green("journal", f"{head.size} entries; audit verify walks all of them")
    else:
        cure = "run: watchkeeper audit verify"
        yield red("journal", "its head is not the one that was noted beside it", cure)


def kill_switch(folder: Path) -> Iterator[Finding]:
    """Whether the kill page says go."""
    if (folder / "journal.db").exists() and kill_page(folder).engaged():
        cure = "watchkeeper kill status; watchkeeper kill release"
        yield yellow("kill switch", "engaged: nothing is acted on", cure)
    else:
        yield green("kill switch", "not engaged")
