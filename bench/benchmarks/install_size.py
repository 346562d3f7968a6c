"""What an installation that only runs takes on the disk."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.figure import AtMost, Figure, Finding, Floor, NotMeasured
from bench.footprint import disk_megabytes

LARGEST = AtMost(value=300)
NAME = "installation"
REPOSITORY = Path(__file__).parents[2]


def install_size(folder: Path) -> Iterator[Finding]:
    """What `make run` installs, with the program itself, beside an empty environment."""
    made = folder / "venv"
    command = ["make", f"VENV={made}", f"PYTHON={sys.executable}", str(made / ".run")]
    # Of the Makefile's own variables none may come from the `make bench` that runs us.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    ran = subprocess.run(command, cwd=REPOSITORY, env=clean, capture_output=True)
    if ran.returncode != 0:  # what make said names this machine's folders, and is not kept
        yield NotMeasured(name=NAME, reason="make .venv/.run failed here", bar=LARGEST)
        return
    bare = folder / "bare"
    subprocess.run([sys.executable, "-m", "venv", str(bare)], check=True)
    program = disk_megabytes(REPOSITORY / "src")  # installed by reference, so not in there
    size = disk_megabytes(made) + program
    yield Figure(
        name=NAME,
        value=size,
        unit="MB",
        samples=1,
        lowest=size,
        highest=size,
        bar=LARGEST,
        floor=Floor(what="an environment with pip alone", value=disk_megabytes(bare)),
        note=f"{program:.1f} MB of it are the program; compiled files counted",
    )
