"""The playbooks of the library, read from a directory.

``templates.yaml`` beside the playbooks says which parameters each one takes and which modules
(``library/<module>.py``) it brings along. A template's digest covers all of it: the playbook, the
modules and the declared parameters. ``digests.json`` holds the digests that were reviewed;
``python -m watchkeeper.adapters.files.pin`` writes it.
"""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from watchkeeper.adapters.files.field_faults import first_fault
from watchkeeper.adapters.files.yaml_text import FileRefused, read_yaml
from watchkeeper.domain.playbook import Playbook, PlaybookParameter
from watchkeeper.domain.runbook import ParameterType
from watchkeeper.ports.errors import SourceUnavailable

SHIPPED = Path(__file__).parents[2] / "library" / "playbooks"

TEMPLATES = "templates.yaml"
DIGESTS = "digests.json"

M = TypeVar("M", bound=BaseModel)


class _Parameter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    type: ParameterType
    optional: bool = False


class _Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    modules: list[str] = []
    helper: str = Field(default="", pattern=r"^[a-z_]{0,40}$")
    parameters: dict[str, _Parameter] = {}


class _Templates(RootModel[dict[str, _Template]]):
    pass


class _Digests(RootModel[dict[str, str]]):
    pass


class FilePlaybooks:
    """Every playbook of one directory; implements the ``PlaybookSource`` port."""

    def __init__(self, directory: Path = SHIPPED) -> None:
        self._directory = directory

    @property
    def directory(self) -> Path:
        """Where they lie."""
        return self._directory

    def playbooks(self) -> tuple[Playbook, ...]:
        """All of them as the files are now, by name. Raises SourceUnavailable."""
        try:
            return self.read()
        except FileRefused as error:
            raise SourceUnavailable("playbooks", "malformed", str(error)) from error

    def read(self) -> tuple[Playbook, ...]:
        """The same, for whoever mends them. Raises FileRefused."""
        templates = self._read(TEMPLATES, _Templates).root
        return tuple(self._playbook(name, templates[name]) for name in sorted(templates))

    def reviewed(self) -> tuple[Playbook, ...]:
        """Those whose files are, byte by byte, the reviewed ones. Raises FileRefused."""
        pinned = self._read(DIGESTS, _Digests).root
        return tuple(b for b in self.read() if pinned.get(b.name) == b.template.digest)

    def digests(self) -> str:
        """What ``digests.json`` has to say about the files as they are now. Raises FileRefused."""
        digests = {book.name: book.template.digest for book in self.read()}
        return json.dumps(digests, indent=2, sort_keys=True) + "\n"

    def _read(self, name: str, model: type[M]) -> M:
        try:
            return model.model_validate(read_yaml(self._directory / name) or {})
        except ValidationError as error:
            raise FileRefused(f"{name}: {first_fault(error)}") from None

    def _playbook(self, name: str, template: _Template) -> Playbook:
        paths = [f"{name}.yml", *(f"library/{module}.py" for module in sorted(template.modules))]
        return Playbook(
            name=name,
            files=tuple((path, _content(self._directory / path)) for path in paths),
            parameters=tuple(
                PlaybookParameter(name=key, type=each.type, optional=each.optional)
                for key, each in template.parameters.items()
            ),
            helper=template.helper,
        )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path}: cannot be read: {error.strerror}") from None
