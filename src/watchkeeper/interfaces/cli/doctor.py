"""``watchkeeper doctor``: everything that has to be right, and how to mend what is not."""

import sys
from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode, Rows
from watchkeeper.interfaces.cli.verb import Session

WriteProbe = Annotated[
    bool,
    typer.Option("--write-probe/--no-write-probe", help="Try whether what only reads may write."),
]


def doctor(session: Session, write_probe: WriteProbe = True) -> Answer:
    """Check everything that is needed, and say how to mend what is missing. Exit 1: red."""
    from watchkeeper.bootstrap.settings import SettingsRefused
    from watchkeeper.interfaces.checkup.examination import examined
    from watchkeeper.interfaces.checkup.finding import Colour
    from watchkeeper.interfaces.checkup.receivers import receivers
    from watchkeeper.interfaces.cli.log_lines import logs_to_stderr
    from watchkeeper.interfaces.cli.looking import patience
    from watchkeeper.interfaces.views.plain import fields_of

    logs_to_stderr(session.debug)
    if write_probe:
        _announce(session)
    with patience("looking at everything"):
        found = list(examined(session.config_file, session.folder, write_probe=write_probe))
    try:
        snippet = receivers(session.settings())
    except SettingsRefused:
        snippet = ""
    red = any(finding.colour is Colour.RED for finding in found)
    rows = [(f.colour, f.check, f.found, f.cure) for f in found]
    table = Rows(columns=("", "check", "found", "how to mend it"), rows=rows)
    body = {"ok": not red, "findings": [fields_of(f) for f in found], "receivers": snippet}
    said: tuple[str | Rows, ...] = (table, "For Alertmanager:", snippet) if snippet else (table,)
    return Answer(body=body, said=said, exit_code=ExitCode.FINDING if red else ExitCode.OK)


def _announce(session: Session) -> None:
    """Say what will be tried before it is."""
    from watchkeeper.bootstrap.settings import SettingsRefused
    from watchkeeper.interfaces.checkup.privilege import announced

    try:
        for line in announced(session.settings()):
            print(line, file=sys.stderr)
    except SettingsRefused:
        return  # the check-up itself tells
