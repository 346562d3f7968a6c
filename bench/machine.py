"""The machine that a figure was measured on, without a name or a path of it."""

import os
import platform
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Machine:
    """As it was when the benchmark began. ``load`` counts the work that waited, over a minute."""

    cores: int
    load: float
    system: str
    python: str
    sqlite: str
    at: str

    def __str__(self) -> str:
        return (
            f"{self.cores} cores, load {self.load}, {self.system}, "
            f"Python {self.python}, SQLite {self.sqlite}"
        )


def this_machine() -> Machine:
    """Here and now."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        load=round(os.getloadavg()[0], 2),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
