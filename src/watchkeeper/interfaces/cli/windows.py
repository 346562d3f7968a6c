"""``watchkeeper windows``: when the estate may be changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode, Rows
from watchkeeper.interfaces.cli.verb import Session

if TYPE_CHECKING:
    from watchkeeper.domain.almanac import Almanac

Days = Annotated[int, typer.Option(help="How far ahead.", min=1, max=400)]
_COLUMNS = ("kind", "for", "title", "on", "local", "zone", "calendar")
_MOST_SHOWN = 200


def windows_list(session: Session, days: Days = 30) -> Answer:
    """The next windows and freezes of everything, each in its own time zone."""
    from watchkeeper.interfaces.views.windows import window_list

    almanac, now = _planned(session, days)
    found = window_list(almanac, now, _MOST_SHOWN)
    return _answer(found, ())


def windows_show(
    session: Session,
    server: Annotated[str, typer.Argument(metavar="SERVER", help="As in estate.yaml.")],
    days: Days = 30,
) -> Answer:
    """What binds one server: its next windows, and the freezes that cover it."""
    import asyncio

    from watchkeeper.bootstrap.estate_in_force import reconciled_estate
    from watchkeeper.interfaces.views.windows import windows_of

    estate = asyncio.run(reconciled_estate(session.settings())).estate
    known = {each.name: each.server_class for each in estate.servers}
    if server not in known:
        raise typer.BadParameter(f"{server!r} is no server of the estate; see `servers list`")
    almanac, now = _planned(session, days)
    found = windows_of(almanac, server, known[server], now)
    bound = "acts alone only within its windows" if found["has_windows"] else "has no windows"
    return _answer(found, (f"{server} (class {known[server]}) {bound}",))


def _planned(session: Session, days: int) -> "tuple[Almanac, datetime]":
    import asyncio

    from watchkeeper.bootstrap.planned import planned
    from watchkeeper.bootstrap.system import system_clock

    now = system_clock().now()
    return asyncio.run(planned(session.settings(), now, now + timedelta(days=days))), now


def _answer(found: Mapping[str, object], told: Iterable[str]) -> Answer:
    """The occurrences; a calendar that cannot be read is a finding."""
    periods, unreadable = found["periods"], found["unreadable"]
    rows = [
        tuple("now" if value is True else value or "" for value in (each[c] for c in _COLUMNS))
        for each in (periods if isinstance(periods, list) else ())
    ]
    faults = [str(each) for each in (unreadable if isinstance(unreadable, list) else ())]
    return Answer(
        body=found,
        said=(
            *told,
            Rows(columns=_COLUMNS, rows=rows, none="no window and no freeze"),
            *(f"cannot be read, so a person is asked about everything: {each}" for each in faults),
        ),
        exit_code=ExitCode.FINDING if faults else ExitCode.OK,
    )
