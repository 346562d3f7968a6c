"""``watchkeeper breaker``: where the circuit breakers stand, and turning them by hand."""

from typing import Annotated, Literal

import typer

from watchkeeper.governance.breaker import BreakerState
from watchkeeper.interfaces.cli.answer import Answer, Rows
from watchkeeper.interfaces.cli.verb import DryRun, Session

Class = Annotated[
    str, typer.Argument(metavar="[CLASS]", help="As in estate.yaml; none: the global one.")
]
Turned = Literal[BreakerState.OPEN, BreakerState.CLOSED]
Reason = Annotated[str, typer.Option(help="Why; it goes into the journal.")]


def breaker_list(session: Session) -> Answer:
    """Where every breaker stands, and what it counts."""
    from watchkeeper.bootstrap.system import system_clock
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views import authority

    now = system_clock().now()
    found = looked(session, lambda journal: authority.breaker_list(journal, now))
    columns = ("class", "state", "opened_at", "half_open_at", "bad", "counted", "why")
    rows = [tuple(each[name] for name in columns) for each in found]
    return Answer(body=found, said=(Rows(columns=columns, rows=rows, none="none"),))


def breaker_open(
    session: Session, server_class: Class = "", reason: Reason = "", dry_run: DryRun = False
) -> Answer:
    """Open a breaker: nothing is done on the class until it has rested."""
    return _turned(session, server_class, BreakerState.OPEN, reason, dry_run=dry_run)


def breaker_close(
    session: Session, server_class: Class = "", reason: Reason = "", dry_run: DryRun = False
) -> Answer:
    """Close a breaker before its time; the count begins anew."""
    return _turned(session, server_class, BreakerState.CLOSED, reason, dry_run=dry_run)


def _turned(
    session: Session, server_class: str, state: Turned, reason: str, *, dry_run: bool
) -> Answer:
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import TurnBreaker

    request = TurnBreaker(server_class=server_class, state=state, reason=reason, dry_run=dry_run)
    said = f"{'would be ' if dry_run else ''}{state}"
    return ordered(
        session, request, lambda _: f"breaker of {server_class or 'all classes'}: {said}"
    )
