"""This machine: what Watchkeeper runs on."""

import ctypes
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow

OLDEST_PYTHON = (3, 11)
LITTLE_SPACE_BYTES = 1_000_000_000
NO_SPACE_BYTES = 100_000_000

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES = 256  # struct timex is 208 bytes; zeroed, it asks and sets nothing


def python() -> Iterator[Finding]:
    """The interpreter."""
    told = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield red("python", told, "install Python 3.11 or newer")
    else:
        yield green("python", told)


def disk(folder: Path) -> Iterator[Finding]:
    """Room for the journal."""
    there = next(each for each in (folder, *folder.resolve().parents) if each.exists())
    free = shutil.disk_usage(there).free
    told = f"{free / 1e9:.1f} GB free below {there}"
    cure = "make room, or move the data directory with --data-dir"
    if free < NO_SPACE_BYTES:
        yield red("disk", told, cure)
    elif free < LITTLE_SPACE_BYTES:
        yield yellow("disk", told, cure)
    else:
        yield green("disk", told)


def clock() -> Iterator[Finding]:
    """Whether something keeps the clock right (adjtimex(2))."""
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    if state == _TIME_ERROR:
        cure = "run an NTP client such as chrony or systemd-timesyncd"
        yield yellow("clock", "the kernel says that it is not synchronised", cure)
    elif state < 0:
        yield yellow("clock", "the kernel does not say whether it is right", "look at your NTP")
    else:
        yield green("clock", "synchronised")


def init_system() -> Iterator[Finding]:
    """How services are started here."""
    if Path("/run/systemd/system").is_dir():
        yield green("init system", "systemd")
    elif shutil.which("service", path=_path()) and Path("/etc/init.d").is_dir():
        yield green("init system", "init scripts")
    else:
        cure = "services of this host can be watched, but not restarted"
        yield yellow("init system", "neither systemd nor init scripts", cure)


def ansible() -> Iterator[Finding]:
    """What carries out the runbooks."""
    playbook = shutil.which("ansible-playbook", path=_path())
    if importlib.util.find_spec("ansible_runner") is None or playbook is None:
        cure = "install watchkeeper with its dependencies again: pip install --force-reinstall"
        yield red("ansible", "ansible-runner or ansible-playbook is missing", cure)
    else:
        yield green("ansible", playbook)


def _path() -> str:
    """Where programs are looked for: beside this interpreter first."""
    return f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
