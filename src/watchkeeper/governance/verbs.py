"""The closed table of verbs: what each template can cost, whatever a runbook says of it.

A template that is not in the table is not carried out. A runbook may call a step more costly than
the table does, never less; and what the resolved parameters name may make it more costly still.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from watchkeeper.domain.runbook import VerbClass

Parameters = tuple[tuple[str, tuple[str, ...]], ...]  # name → values, as in an action


@dataclass(frozen=True, kw_only=True)
class Verb:
    """What a template does. ``interrupts``: its target may be down while it runs."""

    cost: VerbClass
    interrupts: bool = False


VERBS = {
    "start_service": Verb(cost=VerbClass.REVERSIBLE),
    "stop_leftovers": Verb(cost=VerbClass.REVERSIBLE, interrupts=True),
    "rotate_logs": Verb(cost=VerbClass.REVERSIBLE),
    "vacuum_journal": Verb(cost=VerbClass.LOSSY),
}

SEVERITY = {VerbClass.REVERSIBLE: 0, VerbClass.LOSSY: 1, VerbClass.DESTRUCTIVE: 2}

# What lies below these is configuration or the system itself, whatever its name is.
_NOT_TO_BE_EMPTIED = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/spool",
    "/var/mail",
)
_EVIDENCE = ("audit", "auth.log", "btmp", "lastlog", "secure", "sudo", "wtmp")
# Only what is known to be a log may be emptied; all else is taken for data, wherever it lies.
_LOG_FOLDERS = ("log", "logs")
_LOG_FILE = re.compile(r".+\.(log|err|out)(\.[0-9]{1,8})?")
_DATABASE_LOG = re.compile(  # what a database writes ahead and needs to start again is no log
    r"(redo|undo|wal)[-_]?[0-9]*\.log|ib_logfile.*|log\.[0-9]{10}|[0-9]+\.log|[0-9A-F]{24}"
)
_FILES = "paths"  # the parameter that names files which a template empties


def cost_of(template: str, declared: VerbClass, parameters: Parameters) -> VerbClass | None:
    """The highest cost that the table, the runbook or the parameters give; None: unknown verb."""
    verb = VERBS.get(template)
    if verb is None:
        return None
    costs = [verb.cost, declared, *(_cost_of_file(path) for path in _files(parameters))]
    return max(costs, key=SEVERITY.__getitem__)


def interrupts(template: str) -> bool:
    """Whether the target may be down meanwhile; of an unknown template it is assumed."""
    verb = VERBS.get(template)
    return verb is None or verb.interrupts


def _files(parameters: Parameters) -> tuple[str, ...]:
    return tuple(path for name, paths in parameters if name == _FILES for path in paths)


def _cost_of_file(path: str) -> VerbClass:
    """What it costs to empty one file."""
    parts = PurePosixPath(path)
    plain = path == str(parts) and parts.is_absolute() and ".." not in parts.parts
    kept = any(parts.is_relative_to(place) for place in _NOT_TO_BE_EMPTIED) or any(
        word in part for part in parts.parts for word in _EVIDENCE
    )
    return VerbClass.REVERSIBLE if plain and not kept and _a_log(parts) else VerbClass.DESTRUCTIVE


def _a_log(path: PurePosixPath) -> bool:
    """Whether a file is known to be a log: by its own name, or by a folder that it is below."""
    if _DATABASE_LOG.fullmatch(path.name):
        return False
    below = any(folder in _LOG_FOLDERS for folder in path.parent.parts)
    return below or _LOG_FILE.fullmatch(path.name) is not None
