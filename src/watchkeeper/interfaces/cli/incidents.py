"""``watchkeeper incidents``: what went wrong, and what was done about it."""

from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, Rows
from watchkeeper.interfaces.cli.verb import Session


def incidents_list(
    session: Session,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 1000,
) -> Answer:
    """The newest incidents, newest first."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.incidents import incident_list

    found = looked(session, lambda journal: incident_list(journal, limit))
    columns = ("id", "severity", "phase", "title", "opened_at", "escalation")
    rows = [tuple(each[name] for name in columns) for each in found]
    return Answer(body=found, said=(Rows(columns=columns, rows=rows, none="no incidents"),))


def incidents_show(
    session: Session, identifier: Annotated[str, typer.Argument(metavar="ID")]
) -> Answer:
    """One incident: its timeline, its actions, its post-mortem."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.cli.telling import incident_told
    from watchkeeper.interfaces.views.incidents import incident_story

    found = looked(session, lambda journal: incident_story(journal, identifier))
    return Answer(body=found, said=incident_told(found))
