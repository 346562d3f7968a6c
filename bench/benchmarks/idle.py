"""What a watch costs that has nothing to do: memory, and how late its event loop is."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.figure import AtMost, Figure, Finding, Floor
from bench.footprint import pss_megabytes
from bench.watch import metric, watching_this_host
from tests.acceptance.rig.watchkeeper import Watchkeeper

MOST = AtMost(value=150)
MINUTES = float(os.environ.get("IDLE_MINUTES", "10"))  # the bar is on ten
LAG = 'watchkeeper_loop_lag_seconds{quantile="0.99"}'


def idle(folder: Path) -> Iterator[Finding]:
    """`up` on this host with nothing configured, left alone for some minutes."""
    with watching_this_host(folder / "watch") as watch:
        lags = list(_lags(watch))
        memory = pss_megabytes(watch.program.pid)
    after = f"{MINUTES:g} idle minutes"
    yield Figure(
        name=f"memory of up after {after}",
        value=memory,
        unit="MB",
        samples=1,
        lowest=memory,
        highest=memory,
        bar=MOST if MINUTES >= 10 else None,
        floor=Floor(what="an interpreter that sleeps", value=_asleep()),
        note="proportional set size of all its processes, a cycle a minute",
    )
    yield Figure(
        name=f"loop lag p99 over {after}",
        value=median(lags) * 1e3,
        unit="ms",
        samples=len(lags),
        lowest=min(lags) * 1e3,
        highest=max(lags) * 1e3,
        note="each sample is the p99 of one minute, as its own metrics tell it",
    )


def _lags(watch: Watchkeeper) -> Iterator[float]:
    """One sample a minute; a part of a minute still gives one."""
    left = MINUTES * 60
    while left > 0:
        time.sleep(min(60.0, left))
        left -= 60.0
        yield metric(watch, LAG)


def _asleep() -> float:
    program = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        size = pss_megabytes(process.pid)
        process.communicate(b"")
    return size
