"""Looking at processes through /proc, and ending the ones that are ours."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def pids() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def state(pid: int) -> str | None:
    """`R`, `S`, `Z`…, or nothing when there is no such process."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_alive(pid: int) -> bool:
    """A zombie is dead."""
    return state(pid) not in (None, "Z", "X")


def command_line(pid: int) -> str:
    return _text(pid, "cmdline")


def environment(pid: int) -> str:
    return _text(pid, "environ")


def _text(pid: int, name: str) -> str:
    try:
        return (PROC / str(pid) / name).read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""


def holders(file: Path) -> list[int]:
    """The processes that have this file open."""
    return [pid for pid in pids() if is_alive(pid) and _holds(pid, str(file))]


def _holds(pid: int, path: str) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        for descriptor in (PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                if str(descriptor.readlink()) == path:
                    return True
    return False


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
