"""The wrapper's answers at step boundaries, and its time limit."""

import os
import select
import threading
import time
from collections.abc import Callable

from watchkeeper.adapters.ansible.descent import end_descendants
from watchkeeper.adapters.ansible.job_directory import JobDirectory

POLL_SECONDS = 0.5
PIPES = (ASK, ANSWER) = ("ask", "answer")


class Boundary:
    """Stands between two tasks: a task begins only when it was asked for and nothing says stop.

    Runs in a thread of the wrapper, beside ansible-runner. ``stopped`` tells why the play was
    ended, None while nothing ended it.
    """

    def __init__(
        self, job: JobDirectory, says_stop: Callable[[], str | None], timeout_seconds: float
    ) -> None:
        self._says_stop = says_stop
        self._timeout_seconds = timeout_seconds
        self._deadline = time.monotonic() + timeout_seconds
        self._questions = _pipe(job.path / ASK)
        self._answers = _pipe(job.path / ANSWER)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._over = threading.Event()
        self._watched = False
        self.stopped: str | None = None
        self.timed_out = False

    def __enter__(self) -> "Boundary":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        os.write(self._questions, b"\n")  # wakes the thread, which answers nobody any more
        self._thread.join()

    def require(self) -> None:
        """A task is about to begin. End everything when its boundary was not asked for before."""
        if not self._watched:
            self._end("the step boundaries are not watched")

    def _watch(self) -> None:
        while not self._over.is_set():
            if time.monotonic() >= self._deadline:
                self.timed_out = True
                self._end(f"the time limit of {self._timeout_seconds:g} s has passed")
                self._over.wait(POLL_SECONDS)
                continue
            wait = min(POLL_SECONDS, max(0.0, self._deadline - time.monotonic()))
            asked = select.select([self._questions], [], [], wait)[0]
            if asked and not self._over.is_set():
                self._answer(os.read(self._questions, 4096).decode("utf-8", "replace").strip())

    def _answer(self, task: str) -> None:
        self._watched = True
        reason = self._says_stop()
        if reason:
            self.stopped = f"stopped before {task!r}: {reason}" if task else f"stopped: {reason}"
        os.write(self._answers, b"stop\n" if reason else b"go\n")

    def _end(self, reason: str) -> None:
        self.stopped = self.stopped or reason
        end_descendants()


def _pipe(path: "os.PathLike[str]") -> int:
    os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)  # both ends: neither side waits for the other
