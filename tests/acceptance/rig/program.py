"""One server process: started with a log file, awaited over HTTP, ended by its own pid."""

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.acceptance.rig.waiting import until


def free_port() -> int:
    """A loopback port that nobody held a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> int | None:
    """The HTTP status at the address, or nothing when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None


class Program:
    """A process of the rig's own, in its own process group."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        log: Path,
        ready_at: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.arguments = list(arguments)
        self.log = log
        self.ready_at = ready_at
        self.environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise AssertionError(f"not started: {self.arguments[0]}")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, within: float = 20) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | self.environment,
            )
        until(self._ready_or_dead, within=within, what=f"{self.arguments[0]} ready", every=0.05)
        if not self.is_running:
            raise AssertionError(f"{self.arguments} ended at once:\n{self.log_tail()}")

    def _ready_or_dead(self) -> bool:
        return not self.is_running or answers(self.ready_at) == 200

    def stop(self, *, within: float = 10) -> None:
        """Asks, then insists; does nothing to a process that is gone."""
        if self._process is None:
            return
        if self.is_running:
            self._process.terminate()
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to this one process, as a crash would have it; its children live on."""
        if self._process is None:
            return
        if self.is_running:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def log_tail(self, lines: int = 60) -> str:
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
