"""The detached process that carries out one job: ``python -m …ansible.wrapper DIRECTORY``.

It holds the job's lock for its whole life, says on the disk that it starts before it does anything,
and writes the result whole or not at all. So whoever comes later can tell running, finished, never
started, and a wrapper that was killed, apart.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from watchkeeper.adapters.ansible.boundary import Boundary
from watchkeeper.adapters.ansible.job_directory import JobDirectory
from watchkeeper.adapters.ansible.order import Order, as_approved, read_order
from watchkeeper.domain.kill_page import PAGE_BYTES, says_stop


def main(arguments: list[str]) -> int:
    """Carry out the job of that directory, if it may still begin."""
    job = JobDirectory(Path(arguments[0]))
    with job.held():
        if job.started or job.over:
            return 1
        order = read_order(job)
        hindrance = hindered(job, order)
        if hindrance:
            job.bury(hindrance)
            return 1
        job.start()
        carry_out(job, order)
    return 0


def hindered(job: JobDirectory, order: Order) -> str:
    """Why the job may not begin; empty when it may."""
    if not as_approved(job, order):
        return "the pinned files are not the approved ones"
    if job.now() > order.lapses_at:
        return "the warrant lapsed before the job could begin"
    return ""


def carry_out(job: JobDirectory, order: Order) -> None:
    """Play it, and say how it ended."""
    from watchkeeper.adapters.ansible.play import played, tidy  # slow to import
    from watchkeeper.adapters.ansible.tally import Tally

    tally = Tally(job)
    with Boundary(job, stop_reason(job, order), order.timeout_seconds) as boundary:
        result = played(job, order, boundary, tally)
    if boundary.stopped:
        tally.conclude(boundary.stopped)
    tally.close()
    tidy(job)
    job.finish(result)


def stop_reason(job: JobDirectory, order: Order) -> Callable[[], str | None]:
    """Asked before every task: why the play has to end there, or None."""

    def asked() -> str | None:
        if says_stop(_page(order.kill_page)):
            return "the kill page says stop"
        return "it was cancelled" if job.cancelled else None

    return asked


def _page(path: str) -> bytes | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as page:
        return page.read(PAGE_BYTES + 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
