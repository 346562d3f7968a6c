"""``watchkeeper hold``: a person works on a server, so nothing is done to it alone."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from watchkeeper.interfaces.cli.answer import Answer, Rows
from watchkeeper.interfaces.cli.verb import DryRun, Session

Server = Annotated[str, typer.Argument(metavar="SERVER", help="As in estate.yaml.")]
PLACE = "place"
_LASTING = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class HoldGroup(TyperGroup):
    """``hold SERVER`` is short for ``hold place SERVER``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the verb where there is none."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = [PLACE, *args]
        return super().parse_args(ctx, args)


def hold_place(
    session: Session,
    server: Server,
    lasting: Annotated[str, typer.Option("--for", help="How long: 30m, 2h or 3d.")] = "2h",
    reason: Annotated[str, typer.Option(help="Why; it goes into the journal.")] = "",
    dry_run: DryRun = False,
) -> Answer:
    """Hold a server: until the time is over, a person is asked about everything there.

    `hold SERVER` is short for it.
    """
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import Hold

    seconds = lasting_seconds(lasting)
    request = Hold(server=server, seconds=seconds, reason=reason, dry_run=dry_run)

    def said(result: Mapping[str, object]) -> str:
        done = "would be held" if dry_run else "is held"
        return f"{result['server']} {done} until {result['until']}"

    return ordered(session, request, said)


def hold_lift(session: Session, server: Server, dry_run: DryRun = False) -> Answer:
    """Let go of a server before the time is over."""
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import LiftHold

    said = "would be let go" if dry_run else "is let go"
    request = LiftHold(server=server, dry_run=dry_run)
    return ordered(session, request, lambda result: f"{result['server']} {said}")


def hold_list(session: Session) -> Answer:
    """The servers that are held, by whom and until when."""
    from watchkeeper.bootstrap.system import system_clock
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.holds import hold_list as listed

    now = system_clock().now()
    found = looked(session, lambda journal: listed(journal, now))
    columns = ("server", "by", "since", "until", "reason")
    rows = [tuple(each[name] for name in columns) for each in found]
    return Answer(body=found, said=(Rows(columns=columns, rows=rows, none="nothing is held"),))


def lasting_seconds(text: str) -> int:
    """The seconds of ``30m``, ``2h`` or ``3d``. Raises BadParameter."""
    match = _LASTING.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise typer.BadParameter(f"{text!r} is no time such as 30m, 2h or 3d", param_hint="--for")
    return int(timedelta(**{_UNITS[match[2]]: int(match[1])}).total_seconds())
