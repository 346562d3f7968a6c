"""``watchkeeper runbooks``: what may be done about what."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode, Rows
from watchkeeper.interfaces.cli.verb import Session

if TYPE_CHECKING:
    from watchkeeper.bootstrap.library import Shelf


def runbooks_list(session: Session) -> Answer:
    """The runbooks in force: the shipped ones and your own."""
    from watchkeeper.bootstrap.library import shelf_of

    settings = session.settings()
    shelf = shelf_of(settings)
    body = [
        {
            "id": each.id,
            "title": each.title,
            "version": each.version,
            "incident_types": list(each.incident_types),
            "digest": each.digest,
        }
        for each in shelf.runbooks
    ]
    rows = [(r.id, r.version, ", ".join(r.incident_types), r.title) for r in shelf.runbooks]
    none = "none: watch_only is set" if settings.watch_only else "none"
    table = Rows(columns=("runbook", "version", "incident types", "title"), rows=rows, none=none)
    left_out = tuple(f"left out: {f.file}: {f.message}" for f in shelf.findings)
    return Answer(body=body, said=(table, *left_out))


def runbooks_show(session: Session, runbook: Annotated[str, typer.Argument()]) -> Answer:
    """One runbook: its preconditions, its steps, how it is verified, its prose."""
    from watchkeeper.interfaces.cli.telling import runbook_told
    from watchkeeper.interfaces.views.plain import fields_of
    from watchkeeper.orchestration.orders.refusal import UnknownRunbook

    found = next((each for each in _shelf(session).runbooks if each.id == runbook), None)
    if found is None:
        raise UnknownRunbook(runbook)
    return Answer(body=fields_of(found), said=runbook_told(found))


def runbooks_lint(
    session: Session,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files or directories.")
    ] = None,
) -> Answer:
    """What there is to mend in runbooks: the given ones, else all in force. Exit 1: something."""
    from watchkeeper.bootstrap.library import findings_in
    from watchkeeper.interfaces.views.plain import fields_of

    found = (
        [finding for path in paths for finding in findings_in(path)]
        if paths
        else list(_shelf(session).findings)
    )
    rows = [(f.file, f.rule, f.message) for f in found]
    table = Rows(columns=("file", "rule", "what"), rows=rows, none="nothing to mend")
    return Answer(
        body=[fields_of(f) for f in found],
        said=(table,),
        exit_code=ExitCode.FINDING if found else ExitCode.OK,
    )


def _shelf(session: Session) -> "Shelf":
    from watchkeeper.bootstrap.library import shelf_of

    return shelf_of(session.settings())
