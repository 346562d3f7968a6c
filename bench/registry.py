"""The one list of benchmarks."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench.benchmarks.estate import estate
from bench.benchmarks.idle import idle
from bench.benchmarks.install_size import install_size
from bench.benchmarks.journal import journal
from bench.benchmarks.ready import ready
from bench.benchmarks.start_up import start_up
from bench.benchmarks.story import story
from bench.figure import Finding

# Given an empty folder on the disk of the repository; yields each finding as it is made.
Benchmark = Callable[[Path], Iterator[Finding]]

BENCHMARKS: Mapping[str, Benchmark] = {
    "journal": journal,
    "start-up": start_up,
    "ready": ready,
    "install-size": install_size,
    "story": story,
    "idle": idle,
    "estate": estate,
}
