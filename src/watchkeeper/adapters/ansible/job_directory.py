"""A job's directory: made once for a warrant and never again, and all that is known of the job.

Making the directory is the launch itself: whoever makes it owns the warrant's one job, whoever
finds it made may only ask. Its files tell the story:

- ``lock`` is held by the wrapper for its whole life (flock, so a killed one loses it);
- ``started`` stands from before the first thing that the wrapper does to the world;
- ``result.json`` stands once the job is over, and is never half written;
- ``buried`` stands when the job never started, and keeps it from ever starting;
- ``cancel`` asks it to stop at the next step boundary.

Times of starting and ending are the files' own (``st_mtime``).
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.job import Finished, JobState, NeverStarted, Running, Unknowable
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.domain.masking import masked

OUTPUT_HEAD = 16_384  # characters: of a long output, this much of the beginning …
OUTPUT_TAIL = 49_152  # … and this much of the end is handed on


class LaunchTaken(Exception):
    """The job directory of this warrant was made before."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a job ended; counts are tasks over all hosts."""

    succeeded: bool
    return_code: int
    changed: int = 0
    failed: int = 0
    unreachable: int = 0
    end: JobEnd = JobEnd.UNSAID


class JobDirectory:
    """One job's files, seen from the launcher, from a later finder, and from the wrapper."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.project = path / "project"  # the pinned playbook and its modules
        self.output = path / "output.txt"  # what ansible said, step by step
        self.events = path / "events.jsonl"
        self.order = path / "order.json"
        self.inventory = path / "inventory.json"
        self.settings = path / "ansible.cfg"
        self.wrapper_log = path / "wrapper.log"
        self._lock = path / "lock"
        self._started = path / "started"
        self._result = path / "result.json"
        self._buried = path / "buried"
        self._cancel = path / "cancel"

    def make(self) -> None:
        """Take the warrant's one launch. Raises LaunchTaken when it was taken before."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self.path.mkdir(mode=0o700)
        except FileExistsError:
            raise LaunchTaken from None
        sync(self.path.parent)

    def state(self) -> JobState:
        """What became of the job; a job that never started is buried in the same breath."""
        with self.unless_held() as free:
            if self._result.exists():
                return self._finished()
            if not free:
                return Running()
            if self.started:
                return Unknowable(reason=f"the wrapper died before it told the end{self._gasp()}")
            self.bury("nobody started it")
            return NeverStarted()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, as only the wrapper does; it falls with the process."""
        with self._locked_file() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    @contextmanager
    def unless_held(self) -> Iterator[bool]:
        """Whether no wrapper holds the lock; inside, none can take it."""
        with self._locked_file() as handle:
            yield _shared(handle)

    @property
    def started(self) -> bool:
        """Whether the wrapper has begun to act."""
        return self._started.exists()

    @property
    def over(self) -> bool:
        """Whether a result stands, or the job was buried."""
        return self._result.exists() or self._buried.exists()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked it to stop at the next step boundary."""
        return self._cancel.exists()

    @property
    def epitaph(self) -> str:
        """Why it never started; empty when nobody said that."""
        return self._buried.read_text() if self._buried.exists() else ""

    def bury(self, reason: str) -> None:
        """Make sure that it never starts. Only without the wrapper's lock, or by the wrapper."""
        if not self._buried.exists():
            write(self._buried, reason)

    def start(self) -> None:
        """Say that the job begins to act; on the disk before it does."""
        write(self._started, "")

    def cancel(self) -> None:
        """Ask it to stop at its next step boundary; an ended job stays as it is."""
        with suppress(FileNotFoundError):  # a warrant without a job has nothing to cancel
            self._cancel.touch()

    def now(self) -> datetime:
        """The present instant by the clock that stamps this directory's files, UTC."""
        os.utime(self._lock)
        return from_unix(self._lock.stat().st_mtime)

    def finish(self, result: Result) -> None:
        """Say how it ended, whole or not at all."""
        write(self._result, json.dumps(asdict(result)))

    def _finished(self) -> JobState:
        try:
            said_of_it = json.loads(self._result.read_text())
            result = Result(**{**said_of_it, "end": JobEnd(said_of_it.get("end", JobEnd.UNSAID))})
            said = self.output.read_bytes() if self.output.exists() else b""
            started_at, finished_at = _changed_at(self._started), _changed_at(self._result)
        except (OSError, ValueError, TypeError) as error:
            return Unknowable(reason=f"the result cannot be read: {type(error).__name__}")
        return Finished(
            **asdict(result), output=shortened(said), started_at=started_at, finished_at=finished_at
        )

    def _gasp(self) -> str:
        """The last thing that a wrapper said before it died, if it said anything."""
        log = self.wrapper_log.read_text(errors="replace") if self.wrapper_log.exists() else ""
        lines = log.strip().splitlines()
        return f": {masked(lines[-1])[:500]}" if lines else ""

    @contextmanager
    def _locked_file(self) -> Iterator[int]:
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield handle
        finally:
            os.close(handle)


def shortened(said: bytes) -> str:
    """A job's output with secrets masked, then its middle left out when it is long."""
    text = masked(said.decode("utf-8", "replace"))
    left_out = len(text) - OUTPUT_HEAD - OUTPUT_TAIL
    if left_out <= 0:
        return text
    return f"{text[:OUTPUT_HEAD]}\n[… {left_out} characters left out …]\n{text[-OUTPUT_TAIL:]}"


def write(path: Path, text: str) -> None:
    """A whole file or none: written aside, synced, renamed, and the renaming synced."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent)


def sync(directory: Path) -> None:
    """Put the directory's own entries on the disk."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _shared(handle: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return True
    return False


def _changed_at(path: Path) -> datetime:
    return from_unix(path.stat().st_mtime)
