"""What became of a job whose answer may be lost: four answers, because the world has four."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.job_end import JobEnd


@dataclass(frozen=True, kw_only=True)
class JobTemplate:
    """A playbook of the library, named and pinned by digest."""

    name: str
    digest: str  # SHA-256 over the playbook and every file it runs, hexadecimal


@dataclass(frozen=True, kw_only=True)
class Running:
    """The job has started and has not ended."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The job ended by itself.

    ``changed``, ``failed``, ``unreachable`` count tasks over all hosts; ``output`` is free text;
    ``end`` is the one word for all of it.
    """

    succeeded: bool
    return_code: int
    changed: int
    failed: int
    unreachable: int
    started_at: datetime
    finished_at: datetime
    output: str
    end: JobEnd = JobEnd.UNSAID


@dataclass(frozen=True, kw_only=True)
class NeverStarted:
    """The executor knows that this job was never started, and never will be."""


@dataclass(frozen=True, kw_only=True)
class Unknowable:
    """Nobody can say: a person has to look."""

    reason: str


JobState = Running | Finished | NeverStarted | Unknowable
