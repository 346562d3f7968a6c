"""`python -m bench [NAME…]`: measure, show, and keep the results."""

import argparse
import shutil
from pathlib import Path

from rich.console import Console

from bench.figure import Finding
from bench.machine import this_machine
from bench.registry import BENCHMARKS
from bench.results import keep
from bench.table import notes, table

SCRATCH = Path(__file__).parent / "scratch"


def main() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    console = Console()
    for name in names:
        machine = this_machine()
        with console.status(f"measuring {name}"):
            findings = measured(name)
        keep(name, machine, findings)
        console.print(table(name, findings))
        for note in notes(findings, machine):
            console.print(note, soft_wrap=True, highlight=False)


def measured(name: str) -> list[Finding]:
    """One benchmark's findings, in a folder of its own on the disk of the repository."""
    folder = SCRATCH / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        return list(BENCHMARKS[name](folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
