"""``watchkeeper policies``: how far which runbook may go by itself."""

from collections.abc import Mapping
from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, Rows
from watchkeeper.interfaces.cli.verb import DryRun, Session


def policies_list(session: Session) -> Answer:
    """Every level that a person has granted."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.authority import grant_list

    found = looked(session, grant_list)
    columns = ("runbook", "class", "level", "standing", "by", "at")
    rows = [tuple(each[name] for name in columns) for each in found]
    none = "nothing is granted: it observes and proposes"
    return Answer(body=found, said=(Rows(columns=columns, rows=rows, none=none),))


def policies_consents(session: Session) -> Answer:
    """Every service whose owner has consented to downtime."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.authority import consent_list

    found = looked(session, consent_list)
    rows = [(each["service"],) for each in found]
    return Answer(body=found, said=(Rows(columns=("service",), rows=rows, none="none"),))


def policies_consent(
    session: Session,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="As in estate.yaml.")],
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take it back.")] = False,
    reason: Annotated[str, typer.Option(help="Why; it goes into the journal.")] = "",
    dry_run: DryRun = False,
) -> Answer:
    """Let a service that nothing stands in for be down while it is mended; for its owner."""
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import Consent
    from watchkeeper.orchestration.orders.consenting import Downtime

    wanted = Downtime.REFUSED if withdraw else Downtime.CONSENTED
    request = Consent(service=service, downtime=wanted, reason=reason, dry_run=dry_run)

    def said(result: Mapping[str, object]) -> str:
        now = "would be " if dry_run else "" if result["changed"] else "already "
        return f"downtime of {service}: {now}{wanted}"

    return ordered(session, request, said)


def policies_grant(
    session: Session,
    runbook: Annotated[str, typer.Argument(help="As `runbooks list` shows it.")],
    server_class: Annotated[str, typer.Argument(metavar="CLASS", help="As in estate.yaml.")],
    level: Annotated[
        str, typer.Argument(metavar="LEVEL", help="observe|notify|approve|act-and-notify|act")
    ],
    reason: Annotated[str, typer.Option(help="Why; it goes into the journal.")] = "",
    dry_run: DryRun = False,
) -> Answer:
    """Give (or take) a runbook a level of autonomy on a server class."""
    from watchkeeper.domain.events.authority import AutonomyLevel
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import Grant

    if level not in set(AutonomyLevel):
        raise typer.BadParameter(f"{level!r} is no level; there are: {', '.join(AutonomyLevel)}")
    request = Grant(
        runbook=runbook,
        server_class=server_class,
        level=AutonomyLevel(level),
        reason=reason,
        dry_run=dry_run,
    )

    def said(result: Mapping[str, object]) -> str:
        standing = " (granted, unproven)" if result["unproven"] else ""
        done = "would be granted" if dry_run else "granted"
        nobody = f"; no server of the estate has the class {server_class}, so nothing changes"
        return f"{runbook} on {server_class}: {level} {done}{standing}" + (
            "" if result["servers"] else nobody
        )

    return ordered(session, request, said)
