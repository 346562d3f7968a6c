"""``watchkeeper alerts``: what looks wrong."""

from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, Rows
from watchkeeper.interfaces.cli.verb import Session


def alerts_list(
    session: Session,
    everything: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
) -> Answer:
    """The alerts that are active, newest first."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.alerts import active_alerts, alert_list

    found = looked(session, alert_list if everything else active_alerts)
    columns = ("fingerprint", "active", "severity", "server", "series", "started_at")
    rows = [tuple(_cell(each[name]) for name in columns) for each in found]
    return Answer(body=found, said=(Rows(columns=columns, rows=rows, none="no alerts"),))


def alerts_show(
    session: Session, fingerprint: Annotated[str, typer.Argument(metavar="FINGERPRINT")]
) -> Answer:
    """One alert: its anomalies, its labels and log lines, its timeline."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.cli.telling import alert_told
    from watchkeeper.interfaces.views.alerts import alert_story

    found = looked(session, lambda journal: alert_story(journal, fingerprint))
    return Answer(body=found, said=alert_told(found))


def _cell(value: object) -> object:
    return ", ".join(value) if isinstance(value, list) else value
