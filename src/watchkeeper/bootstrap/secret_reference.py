"""Where a secret is kept; it is read when it is needed, and never printed."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from watchkeeper.adapters.files.yaml_text import FileRefused, read_text

_OTHERS = stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH


@dataclass(frozen=True, kw_only=True)
class SecretReference:
    """A file, or the name of an environment variable."""

    file: Path | None = None
    variable: str = ""

    @property
    def given(self) -> bool:
        """Whether there is anything to read."""
        return self.file is not None or bool(self.variable)

    def read(self) -> SecretStr:
        """The secret, without the line end that editors leave. Raises FileRefused."""
        text = self._from_file(self.file) if self.file else self._from_environment()
        secret = text.strip("\r\n")
        if not secret:
            raise FileRefused(f"{self} holds nothing; put the secret into it")
        return SecretStr(secret)

    def __str__(self) -> str:
        """Where it is, never what it is."""
        return str(self.file) if self.file else f"the environment variable {self.variable}"

    def _from_environment(self) -> str:
        if self.variable not in os.environ:
            raise FileRefused(f"{self} is not set; set it, or name a file instead")
        return os.environ[self.variable]

    @staticmethod
    def _from_file(file: Path) -> str:
        text = read_text(file)
        if file.stat().st_mode & _OTHERS:
            raise FileRefused(f"{file}: everybody on this host may read it; run: chmod 600 {file}")
        return text
