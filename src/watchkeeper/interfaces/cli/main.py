"""The way in: ``--version`` at once, one line for an error, the exit code for a script."""

import sys
import traceback
from types import TracebackType
from typing import NoReturn

from watchkeeper.interfaces.cli.answer import ExitCode
from watchkeeper.interfaces.cli.version import version
from watchkeeper.interfaces.printable import printable


def main() -> None:
    """Run ``watchkeeper``. Exit codes: 0 done, 1 a negative answer, 2 usage, 3 it cannot."""
    if sys.argv[1:] == ["--version"]:
        print(f"watchkeeper {version()}")
        return
    sys.excepthook = last_words
    from typer.main import get_command

    from watchkeeper.interfaces.cli.tree import app

    get_command(app)(prog_name="watchkeeper")


def last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> NoReturn:
    """What is said about an error that nobody caught: one line, or all of it with ``--debug``."""
    if "--debug" in sys.argv:
        traceback.print_exception(kind, error, trace)
    else:
        print(f"watchkeeper: {one_line(error)}", file=sys.stderr)
    raise SystemExit(int(ExitCode.CANNOT))


def one_line(error: BaseException) -> str:
    """An error as one line. Ours say all; of others it is said that they were not expected."""
    text = " ".join(printable(error).split())
    if type(error).__module__.startswith("watchkeeper."):
        return text or " ".join((type(error).__doc__ or type(error).__name__).split())
    if isinstance(error, OSError):
        return text
    return f"unexpected {type(error).__name__}: {text[:300]}; --debug shows where"
