"""A watch of its own for a benchmark: a real process with nothing configured but its address."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.rig.watchkeeper import Watchkeeper


@contextmanager
def watching_this_host(folder: Path) -> Iterator[Watchkeeper]:
    """`watchkeeper up` on this host as it is found, from its readiness to the end of the block."""
    folder.mkdir(parents=True)
    watch = Watchkeeper(folder)
    watch.configuration.write_text(f'http: {{listen: "{watch.listen}"}}\n')
    try:
        watch.start()
        yield watch
    finally:
        watch.stop()


def metric(watch: Watchkeeper, name: str) -> float:
    """One sample of its own /metrics, by its name with labels."""
    with urllib.request.urlopen(f"http://{watch.listen}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))
