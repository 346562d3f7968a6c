"""``watchkeeper runbooks sudoers``: what root has to allow on other servers, and no more."""

from pathlib import Path
from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode
from watchkeeper.interfaces.cli.verb import Session


def runbooks_sudoers(
    session: Session,
    server_class: Annotated[str, typer.Argument(metavar="CLASS")],
    user: Annotated[
        str, typer.Option(help="Who acts there; without it, the one that the estate names.")
    ] = "",
    helpers: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the helpers there, too, to be copied as root."),
    ] = None,
) -> Answer:
    """The smallest sudoers file for a class's runbooks. Exit 1: visudo finds it wrong."""
    import asyncio

    from watchkeeper.bootstrap.estate_in_force import reconciled_estate
    from watchkeeper.bootstrap.sudoers import sudoers_of, write_helpers

    settings = session.settings()
    estate = asyncio.run(reconciled_estate(settings)).estate
    made = sudoers_of(settings, estate, server_class, user)
    written = write_helpers(helpers) if helpers else ()
    body = {
        "user": made.user,
        "text": made.text,
        "commands": [[each.helper, *each.words] for each in made.permitted.commands],
        "left_out": list(made.permitted.left_out),
        "valid": made.valid,
        "helpers": [str(path) for path in written],
    }
    code = ExitCode.FINDING if made.valid is False else ExitCode.OK
    return Answer(body=body, said=(made.text.rstrip("\n"),), exit_code=code)
