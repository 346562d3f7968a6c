"""The one list of benchmarks."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench.benchmarks.journal import journal
from bench.benchmarks.start_up import start_up
from bench.figure import Finding

# Given an empty folder on the disk of the repository; yields each finding as it is made.
Benchmark = Callable[[Path], Iterator[Finding]]

BENCHMARKS: Mapping[str, Benchmark] = {
    "journal": journal,
    "start-up": start_up,
}
