"""Demos played for tests, on a screen that is a string."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from watchkeeper.adapters.simulated.world import World
from watchkeeper.interfaces.cli.demo import SEED
from watchkeeper.lab.account import Account
from watchkeeper.lab.cast import Cast, cast
from watchkeeper.lab.demo import Staging, Terminal, told
from watchkeeper.lab.stories import STORIES


def played(staging: Staging) -> tuple[Account, str]:
    """The account of a demo, and what it printed into a pipe."""
    paper = StringIO()
    account = told(staging, Terminal(Console(file=paper, highlight=False)))
    return account, paper.getvalue()


def fix(folder: Path, seed: int = SEED, **recast: object) -> Account:
    """Only the first story, with the faults of the seed or others."""

    def casting(world: World) -> Cast:
        return replace(cast(world), **recast)  # type: ignore[arg-type]

    return played(Staging(seed=seed, data_dir=folder, casting=casting, stories=STORIES[:1]))[0]


def says(account: Account, what: str) -> list[str]:
    """What the lines of the first story say about one thing."""
    return [line.says for line in account.stories[0].lines if line.what == what]
