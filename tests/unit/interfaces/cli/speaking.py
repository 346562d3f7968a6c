"""The command line spoken to in this process, over a real journal in a folder."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tests.unit.interfaces.standing import NOW
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.opening import writing
from watchkeeper.interfaces.cli.tree import app
from watchkeeper.ports.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What a verb answered. ``error`` is what kept it from answering."""

    exit_code: int
    output: str
    error: BaseException | None

    @property
    def body(self) -> Any:
        return json.loads(self.output)


class Speaker:
    """Speaks with one data directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *verb: str) -> Spoken:
        result = CliRunner().invoke(app, [*verb, "--data-dir", str(self.folder)])
        error = None if isinstance(result.exception, SystemExit) else result.exception
        return Spoken(exit_code=result.exit_code, output=result.output, error=error)

    def json(self, *verb: str) -> Any:
        """The body of an answer that must be good."""
        spoken = self(*verb, "--output", "json")
        assert spoken.exit_code == 0, spoken
        return spoken.body


async def written(folder: Path, *tellings: Callable[[Journal], Awaitable[object]]) -> None:
    """Let agents write into the journal of a folder."""
    async with writing(folder, ManualClock(NOW)) as journal:
        for tell in tellings:
            await tell(journal)
