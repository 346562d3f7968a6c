"""The runbooks: the shipped ones, and those of the operator's own directories."""

from pathlib import Path

from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.files.runbooks import SHIPPED, FileRunbooks, lint
from watchkeeper.adapters.files.runbooks import Shelf as Shelf
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.finding import Finding


def runbooks_of(settings: Settings, playbooks: FilePlaybooks | None = None) -> FileRunbooks:
    """Where the runbooks in force come from; from nowhere where it only watches."""
    if settings.watch_only:
        return FileRunbooks((), playbooks)
    return FileRunbooks((SHIPPED, *settings.runbooks), playbooks)


def shelf_of(settings: Settings) -> Shelf:
    """The runbooks in force, and what is wrong with the others."""
    return runbooks_of(settings).shelf()


def findings_in(path: Path) -> tuple[Finding, ...]:
    """What there is to mend in a runbook file, or in a directory of them; empty: nothing."""
    return lint(path)
