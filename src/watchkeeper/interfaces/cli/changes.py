"""``watchkeeper changes``: the change records, one for everything that was done."""

from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, Rows
from watchkeeper.interfaces.cli.verb import Session


def changes_list(session: Session) -> Answer:
    """The newest change records, newest first."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.changes import change_list

    found = looked(session, change_list)
    columns = ("record", "runbook", "step", "target", "outcome", "opened_at")
    rows = [tuple(each[name] for name in columns) for each in found]
    return Answer(body=found, said=(Rows(columns=columns, rows=rows, none="no changes"),))


def changes_show(
    session: Session, record: Annotated[str, typer.Argument(metavar="RECORD")]
) -> Answer:
    """One change record with its timeline."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.cli.telling import plain_told, timeline_told
    from watchkeeper.interfaces.views.changes import change_story

    found = looked(session, lambda journal: change_story(journal, record))
    return Answer(body=found, said=(*plain_told(found), timeline_told(found)))
