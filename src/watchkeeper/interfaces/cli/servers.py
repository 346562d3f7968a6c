"""``watchkeeper servers``: the estate as its sources tell it now."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from watchkeeper.domain.drift import DriftKind
from watchkeeper.interfaces.cli.answer import Answer, ExitCode, Rows
from watchkeeper.interfaces.cli.verb import Session

if TYPE_CHECKING:
    from watchkeeper.interfaces.views.servers import Remembered
    from watchkeeper.knowledge.reconciliation import Reconciled


def servers_list(session: Session) -> Answer:
    """Every server with its class and its services."""
    from watchkeeper.interfaces.views.servers import server_list

    body = server_list(*_known(session))
    columns = ("name", "class", "exposure", "criticality", "owner", "services", "sources")
    table = Rows(
        columns=("server", *columns[1:]),
        rows=[tuple(_cell(each[column]) for column in columns) for each in body],
        none="the estate is empty: write servers into estate.yaml",
    )
    return Answer(body=body, said=(table,))


def servers_show(
    session: Session, name: Annotated[str, typer.Argument(metavar="SERVER|SERVICE")]
) -> Answer:
    """One server or service: all that the gates read of it, who says so, and what does not fit."""
    from watchkeeper.interfaces.views.servers import item_story

    body = item_story(*_known(session), name)
    drift = body["drift"]
    said = [f"{key}: {_cell(value)}" for key, value in body.items() if key != "drift"]
    return Answer(body=body, said=(*said, _drift_table(drift if isinstance(drift, list) else [])))


def servers_drift(
    session: Session,
    ignore: Annotated[
        list[DriftKind] | None,
        typer.Option("--ignore", metavar="KIND", help="Leave out a kind; may be given again."),
    ] = None,
) -> Answer:
    """What does not fit: among the sources, with the metrics, with what is in force. Exit 1: some.

    Sources are asked now; dark servers, and what is in force, are as the last watch wrote it down.
    """
    from watchkeeper.interfaces.views.servers import drift_of, drift_report, drift_view

    found, known = _known(session)
    left = [each for each in drift_of(found, known) if each.kind not in (ignore or ())]
    body = drift_report(left, known)
    said: list[str | Rows] = [_drift_table([drift_view(each) for each in left])]
    if known.roll is None:
        said.append("No watch has taken an estate here yet: appeared and disappeared are not told.")
    return Answer(body=body, said=said, exit_code=ExitCode.FINDING if left else ExitCode.OK)


def _known(session: Session) -> "tuple[Reconciled, Remembered]":
    """The estate as its sources tell it now, and what the last watch wrote down of it."""
    import asyncio

    from watchkeeper.bootstrap.estate_in_force import reconciled_estate

    settings = session.settings()

    async def both() -> "tuple[Reconciled, Remembered]":
        return await reconciled_estate(settings), await _remembered(session)

    return asyncio.run(both())


async def _remembered(session: Session) -> "Remembered":
    from watchkeeper.bootstrap.data_directory import DataDirectoryRefused
    from watchkeeper.bootstrap.opening import reading
    from watchkeeper.interfaces.views.servers import Remembered, remembered

    try:
        async with reading(session.folder) as journal:
            return await remembered(journal, session.folder)
    except DataDirectoryRefused:
        return Remembered()  # no watch has run here


def _drift_table(drift: Iterable[Mapping[str, object]]) -> Rows:
    lines = [(each["kind"], each["item"], _where(each)) for each in drift]
    return Rows(columns=("drift", "item", "what"), rows=lines, none="no drift")


def _where(drift: Mapping[str, object]) -> str:
    field, words = drift["field"], drift["words"]
    return f"{field}: {words}" if field else str(words)


def _cell(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
