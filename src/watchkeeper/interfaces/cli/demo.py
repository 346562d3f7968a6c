"""``watchkeeper demo``: the whole loop on a pretend estate."""

import importlib
import shutil
import sys
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode, Output
from watchkeeper.interfaces.cli.verb import Session

THE_DEMO = "watchkeeper.lab.demo"  # by name: neither room leans on the other
SEED = 17


def demo(
    session: Session,
    seed: Annotated[int, typer.Option(min=0, help="Another estate and other faults.")] = SEED,
) -> Answer:
    """See the whole loop in under a minute: no keys, nothing touched but the data directory.

    Without --data-dir it has a directory of its own. Exit 1: a story did not come true.
    """
    import logging

    from watchkeeper.interfaces.cli.log_lines import logs_to_stderr
    from watchkeeper.interfaces.cli.version import version

    logs_to_stderr(session.debug, least=logging.WARNING)
    lab = importlib.import_module(THE_DEMO)
    staging = lab.Staging(data_dir=session.data_dir, seed=seed, version=version(), called=called())
    account = lab.told(staging, lab.Terminal() if session.form is Output.TABLE else lab.Hush())
    exit_code = ExitCode.OK if account.came_true else ExitCode.FINDING
    return Answer(body=account.body(), exit_code=exit_code)


def called() -> str:
    """How to call this program from the shell it was called from."""
    own = sys.argv[0]
    if Path(own).name != "watchkeeper":
        return f"{quote(sys.executable)} -m watchkeeper"
    found = shutil.which("watchkeeper")
    return "watchkeeper" if found and Path(found).samefile(own) else quote(own)
