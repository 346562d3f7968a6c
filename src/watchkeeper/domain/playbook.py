"""Playbooks of the library: what a job template really runs, byte by byte."""

import hashlib
import json
from dataclasses import dataclass

from watchkeeper.domain.job import JobTemplate
from watchkeeper.domain.parameter_values import checked
from watchkeeper.domain.runbook import ParameterType

DECLARED = "parameters.json"  # the declared parameters, as a file among the pinned ones

Files = tuple[tuple[str, bytes], ...]  # path below the playbook's directory → content


@dataclass(frozen=True, kw_only=True)
class PlaybookParameter:
    """A parameter that a playbook takes; an optional one may be left out."""

    name: str
    type: ParameterType
    optional: bool = False


class ParameterMissing(ValueError):
    """A playbook's parameter was not given."""


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """A playbook, the modules it brings along and the parameters it takes.

    ``files`` holds the playbook itself first. ``helper`` is the root-owned program that it calls by
    sudo on another server; none: it runs on this host only.
    """

    name: str
    files: Files
    parameters: tuple[PlaybookParameter, ...] = ()
    helper: str = ""

    @property
    def pinned(self) -> Files:
        """Every byte that decides what runs: the files, and the declared parameters as one more."""
        declared = [(p.name, p.type.value, p.optional) for p in self.parameters]
        text = json.dumps(sorted(declared), separators=(",", ":"))
        return (*self.files, (DECLARED, text.encode()))

    @property
    def template(self) -> JobTemplate:
        """Its name and digest, as runbooks and warrants know it."""
        return JobTemplate(name=self.name, digest=digest_of_files(self.pinned))

    def arguments(
        self, parameters: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The given values that this playbook takes, each checked against its type.

        What it does not declare is left out. Raises ValueRefused or ParameterMissing.
        """
        given = dict(parameters)
        wanted = [p for p in self.parameters if given.get(p.name) or not p.optional]
        for parameter in wanted:
            if not given.get(parameter.name):
                raise ParameterMissing(f"{self.name}: {parameter.name} is missing")
        return tuple((p.name, checked(p.name, p.type, given[p.name])) for p in wanted)


def digest_of_files(files: Files) -> str:
    """SHA-256 over paths and contents, hexadecimal; the order of the files does not matter."""
    whole = hashlib.sha256()
    for path, content in sorted(files):
        whole.update(f"{path}\x00{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()
