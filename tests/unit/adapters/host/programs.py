"""Small real programs for the host adapter to look at; each is ended by its own pid."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# A daemon: a main process in a session of its own, a pid file, and workers that outlive it.
DAEMON = """
import os, sys, time
os.setsid()
open("/proc/self/comm", "w").write(sys.argv[2])
for _ in range(int(sys.argv[3])):
    if os.fork() == 0:
        while True: time.sleep(60)
with open(sys.argv[1], "w") as file: file.write(f"{os.getpid()}\\n")
while True: time.sleep(60)
"""


@dataclass(frozen=True, kw_only=True)
class Daemon:
    """A running daemon of ours."""

    main: int
    pid_file: Path
    process: subprocess.Popen[bytes]

    def kill_main(self) -> None:
        """SIGKILL to the main process; its workers live on, and it stays a zombie."""
        os.kill(self.main, signal.SIGKILL)
        while state(self.main) != "Z":
            time.sleep(0.01)

    def reap(self) -> None:
        """Let the zombie go."""
        self.process.wait(10)

    def kill_all(self) -> None:
        """The whole process group, and reaped."""
        with suppress(ProcessLookupError):
            os.killpg(self.main, signal.SIGKILL)
        self.process.wait(10)
        while living(self.main):  # the kernel says yes to the kill before it is done
            time.sleep(0.01)


@contextmanager
def daemon(folder: Path, name: str, workers: int = 2) -> Iterator[Daemon]:
    """A daemon of that process name with so many workers."""
    pid_file = folder / f"{name}-{time.monotonic_ns()}.pid"
    process = subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(pid_file), name, str(workers)],
        stdin=subprocess.DEVNULL,
    )
    while not (pid_file.exists() and pid_file.read_text().endswith("\n")):
        time.sleep(0.01)
    running = Daemon(main=process.pid, pid_file=pid_file, process=process)
    try:
        yield running
    finally:
        running.kill_all()


def living(group: int) -> list[int]:
    """Members of a process group that are neither gone nor zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and state(int(entry.name)) not in ("", "Z", "X"):
            with suppress(ProcessLookupError):
                if os.getpgid(int(entry.name)) == group:
                    found.append(int(entry.name))
    return found


def state(pid: int) -> str:
    """One letter, as the kernel has it; empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""
