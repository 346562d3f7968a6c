"""The shape of a runbook file: what may stand in it, before anybody asks whether it makes sense."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from watchkeeper.domain.runbook import CheckName, ItemKind, ParameterType, VerbClass

LONGEST_STEP_SECONDS = 3600.0

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, Field(min_length=1, max_length=500)]
Source = Literal["unit", "process", "pid_file", "rotate", "part"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ParameterDocument(_Part):
    """A parameter: its type, and the attribute of the target that it is taken from."""

    type: ParameterType
    source: Source
    optional: bool = False


class PreconditionDocument(_Part):
    """A check, and how old its answer may be before any step."""

    check: CheckName
    fresh_seconds: float = Field(gt=0.0, le=LONGEST_STEP_SECONDS)


class StepDocument(_Part):
    """A step as written: a ``check`` or the name of a ``template``."""

    id: Slug
    title: Line
    check: CheckName | None = None
    template: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")] | None = None
    verb: VerbClass | None = None
    expect: str = ""
    inverse: str = ""
    retry_seconds: float = Field(default=0.0, ge=0.0, le=LONGEST_STEP_SECONDS)
    timeout_seconds: float = Field(default=120.0, gt=0.0, le=LONGEST_STEP_SECONDS)


class RunbookDocument(_Part):
    """A runbook file."""

    id: Slug
    title: Line
    version: int = Field(ge=1)
    incident_types: list[Slug] = Field(min_length=1)
    applies_to: ItemKind
    parameters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")], ParameterDocument] = {}
    preconditions: list[CheckName | PreconditionDocument] = Field(min_length=1)
    steps: list[StepDocument] = Field(min_length=1)
    verification: list[CheckName] = Field(min_length=1)
