"""Runbooks from directories: ``<id>.yaml`` for the machine, ``<id>.md`` for people."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from watchkeeper.adapters.files.field_faults import first_fault
from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.files.runbook_document import (
    PreconditionDocument,
    RunbookDocument,
    StepDocument,
)
from watchkeeper.adapters.files.runbook_rules import Written, faults
from watchkeeper.adapters.files.yaml_text import FileRefused, parse_yaml, read_text
from watchkeeper.domain.finding import Finding
from watchkeeper.domain.playbook import Playbook
from watchkeeper.domain.runbook import (
    CheckName,
    Parameter,
    Precondition,
    Runbook,
    Step,
    VerbClass,
)

SHIPPED = Path(__file__).parents[2] / "library" / "runbooks"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What lies in directories: runbooks that can be used, and what to mend in the rest."""

    runbooks: tuple[Runbook, ...]  # by id
    findings: tuple[Finding, ...]  # by file


class FileRunbooks:
    """The shipped library and the operator's own directories; implements ``RunbookSource``.

    A runbook with a finding is left out. Of two with one id, neither is used.
    """

    def __init__(
        self, directories: Sequence[Path] = (SHIPPED,), playbooks: FilePlaybooks | None = None
    ) -> None:
        self._directories = tuple(directories)
        self._playbooks = playbooks or FilePlaybooks()

    async def runbooks(self) -> tuple[Runbook, ...]:
        """All runbooks that pass lint, by id."""
        return (await asyncio.to_thread(self.shelf)).runbooks

    def shelf(self) -> Shelf:
        """Everything in the directories as it is now."""
        missing = [each for each in self._directories if not each.is_dir()]
        files = [path for each in self._directories for path in sorted(each.glob("*.yaml"))]
        findings = [
            Finding(file=str(each), rule="directory", message="no such directory; create it")
            for each in missing
        ]
        return read(files, self._playbooks, findings)


def lint(path: Path, playbooks: FilePlaybooks | None = None) -> tuple[Finding, ...]:
    """What there is to mend in a runbook file, or in a directory of them; empty: nothing."""
    if path.is_dir():
        return FileRunbooks((path,), playbooks).shelf().findings
    return read([path], playbooks or FilePlaybooks(), []).findings


def read(files: Iterable[Path], playbooks: FilePlaybooks, findings: Iterable[Finding]) -> Shelf:
    """The runbooks in these files, and what is to be mended besides the findings given."""
    wrong = list(findings)
    try:
        reviewed = {book.name: book for book in playbooks.reviewed()}
        known = frozenset(book.name for book in playbooks.read())
    except FileRefused as error:
        wrong.append(Finding(file=str(playbooks.directory), rule="playbooks", message=str(error)))
        reviewed, known = {}, frozenset()
    good: dict[str, list[tuple[Path, Runbook]]] = {}
    for path in files:
        runbook, found = _read(path, reviewed, known)
        wrong += found
        if runbook:
            good.setdefault(runbook.id, []).append((path, runbook))
    for name, twins in good.items():
        wrong += _duplicates(name, [path for path, _ in twins])
    alone = [twins[0][1] for name, twins in sorted(good.items()) if len(twins) == 1]
    return Shelf(runbooks=tuple(alone), findings=tuple(sorted(wrong)))


def _read(
    path: Path, reviewed: dict[str, Playbook], known: frozenset[str]
) -> tuple[Runbook | None, list[Finding]]:
    try:
        text = read_text(path)
        document = RunbookDocument.model_validate(parse_yaml(text, path.name))
        prose = _prose(path.with_suffix(".md"))
    except FileRefused as error:
        said = str(error).removeprefix(f"{path}: ").removeprefix(f"{path.name}: ")
        return None, [Finding(file=str(path), rule="file", message=_line(said))]
    except ValidationError as error:
        return None, [Finding(file=str(path), rule="field", message=_line(first_fault(error)))]
    written = Written(
        document=document, stem=path.stem, prose=prose, reviewed=reviewed, known=known
    )
    found = [Finding(file=str(path), rule=r, message=said) for r, said in faults(written)]
    return (None if found else _runbook(written, text)), found


def _line(said: str) -> str:
    """One line, also where the file itself put a line break into a name."""
    return " ".join(said.split())


def _duplicates(name: str, paths: Sequence[Path]) -> list[Finding]:
    if len(paths) == 1:
        return []
    others = ", ".join(str(path) for path in paths)
    message = f"{name} stands in several files: {others}; keep one"
    return [Finding(file=str(path), rule="duplicate", message=message) for path in paths]


def _prose(path: Path) -> str | None:
    return read_text(path) if path.exists() else None


def _runbook(written: Written, text: str) -> Runbook:
    document = written.document
    return Runbook(
        id=document.id,
        title=document.title,
        version=document.version,
        incident_types=tuple(document.incident_types),
        applies_to=document.applies_to,
        parameters=tuple(
            Parameter(name=name, type=each.type, source=each.source, optional=each.optional)
            for name, each in document.parameters.items()
        ),
        preconditions=tuple(_precondition(each) for each in document.preconditions),
        steps=tuple(_step(each, written.reviewed) for each in document.steps),
        verification=tuple(document.verification),
        prose=written.prose or "",
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _precondition(written: CheckName | PreconditionDocument) -> Precondition:
    if isinstance(written, PreconditionDocument):
        return Precondition(check=written.check, fresh_seconds=written.fresh_seconds)
    return Precondition(check=written)


def _step(written: StepDocument, reviewed: Mapping[str, Playbook]) -> Step:
    return Step(
        id=written.id,
        title=written.title,
        check=written.check,
        template=reviewed[written.template].template if written.template else None,
        verb=written.verb or VerbClass.REVERSIBLE,
        expect=written.expect,
        inverse=written.inverse,
        retry_seconds=written.retry_seconds,
        timeout_seconds=written.timeout_seconds,
    )
