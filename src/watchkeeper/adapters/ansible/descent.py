"""Ending a tree of processes, wherever its members have set themselves up.

ansible's workers lead sessions of their own, so a process group is not the whole tree; parentage
is. A daemon that a step has started is nobody's descendant any more: it is left alone.
"""

from contextlib import suppress

import psutil


def end_descendants() -> None:
    """Freeze everything below this process, top down until nothing new appears, then kill it."""
    frozen: list[psutil.Process] = []
    while new := [one for one in _descendants() if one not in frozen]:
        for one in new:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                one.suspend()
        frozen += new
    for one in frozen:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            one.kill()


def _descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)
