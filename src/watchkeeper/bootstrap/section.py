"""What every section of the configuration is made of."""

from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

folder: ContextVar[Path] = ContextVar("the folder that relative paths start from")


def _anchored(path: Path) -> Path:
    return folder.get(Path.cwd()) / path.expanduser()


ConfigPath = Annotated[Path, AfterValidator(_anchored)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Seconds = Annotated[float, Field(gt=0, le=30 * 86_400, allow_inf_nan=False)]


class Section(BaseModel):
    """A part of the file: frozen, and a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)
