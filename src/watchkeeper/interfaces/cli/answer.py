"""What a verb answers: one body for programs, the same thing in words and tables for people."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from watchkeeper.interfaces.printable import printable

Json = object  # whatever json.dumps takes


class Output(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


class ExitCode(IntEnum):
    """What the caller's script gets; 2 is wrong usage, which is the parser's own answer."""

    OK = 0
    FINDING = 1  # asked and answered, and the answer is no
    CANNOT = 3


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A table for people."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    none: str = "none"  # what is said when there are no rows


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``body`` is for programs; ``said`` for people."""

    body: Json
    said: Sequence[str | Rows] = ()
    exit_code: ExitCode = ExitCode.OK


def show(answer: Answer, output: Output) -> None:
    """Print an answer to standard output."""
    match output:
        case Output.JSON:
            print(json.dumps(answer.body, indent=2))
        case Output.YAML:
            import yaml

            yaml.safe_dump(answer.body, sys.stdout, sort_keys=False, allow_unicode=True)
        case Output.TABLE:
            tell(answer.said)


def tell(said: Sequence[str | Rows]) -> None:
    """Print words and tables for people."""
    for each in said:
        if isinstance(each, str):
            print(printable(each))
        elif each.rows:
            _table(each)
        else:
            print(each.none)


def _table(rows: Rows) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*rows.columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows.rows:
        table.add_row(*(Text(printable("" if cell is None else cell)) for cell in row))
    console = Console()
    if not console.is_terminal:  # nobody measures a pipe: nothing is cut off
        console.width = max(console.width, 200)
    console.print(table)
