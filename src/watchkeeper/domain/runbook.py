"""Runbooks: what to do about a kind of incident, step by step, and how to know that it worked."""

from dataclasses import dataclass
from enum import StrEnum

from watchkeeper.domain.job import JobTemplate


class VerbClass(StrEnum):
    """What a step can cost: the closed table."""

    REVERSIBLE = "reversible"
    LOSSY = "lossy"  # recoverable, but something is lost: always asks a person
    DESTRUCTIVE = "destructive"  # refused, whoever asks


class ItemKind(StrEnum):
    """What a runbook is applied to."""

    SERVICE = "service"
    SERVER = "server"


class CheckName(StrEnum):
    """The built-in checks: read-only questions about the target."""

    SERVICE_IS_DEAD = "service_is_dead"
    PROBE_ANSWERS = "probe_answers"
    FILESYSTEM_IS_FILLING = "filesystem_is_filling"
    FILESYSTEM_HAS_SPACE = "filesystem_has_space"
    NOBODY_AT_WORK = "nobody_at_work"


class CheckOutcome(StrEnum):
    """Three answers, because the world has three."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class ParameterType(StrEnum):
    """Where a parameter's value comes from and what it must look like; never free text."""

    UNIT = "unit"
    PROCESS = "process"
    PATH = "path"
    PATHS = "paths"
    MOUNT = "mount"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A typed parameter; its value is an attribute of the target configuration item.

    ``source`` names the attribute: ``unit``, ``process``, ``pid_file``, ``rotate``, or ``part``
    (the
    mount, device or service that the anomaly itself names).
    """

    name: str
    type: ParameterType
    source: str
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Precondition:
    """A check that has to be answered with yes before anything is done.

    ``fresh_seconds`` is how old the answer may be before any step; None: before the first step, as
    old as is usual, and the later ones stand on what the first has left.
    """

    check: CheckName
    fresh_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: either a read-only ``check`` or a ``template`` to launch, never both.

    ``retry_seconds`` is how long a check may keep failing before its failure counts.
    """

    id: str
    title: str
    check: CheckName | None = None
    template: JobTemplate | None = None
    verb: VerbClass = VerbClass.REVERSIBLE
    expect: str = ""  # the expected outcome, for people
    inverse: str = ""  # how to undo, for people; empty: nothing to undo
    retry_seconds: float = 0.0
    timeout_seconds: float = 120.0


@dataclass(frozen=True, kw_only=True)
class Runbook:
    """An approved way of mending one kind of incident."""

    id: str
    title: str
    version: int
    incident_types: tuple[str, ...]
    applies_to: ItemKind
    parameters: tuple[Parameter, ...]
    preconditions: tuple[Precondition, ...]
    steps: tuple[Step, ...]
    verification: tuple[CheckName, ...]
    prose: str = ""  # Markdown for people
    digest: str = ""  # SHA-256 of the file it came from
