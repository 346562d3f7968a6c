"""Every noun and verb, in the order in which help shows them."""

from typing import Annotated

import typer

from watchkeeper.interfaces.cli.servers import servers
from watchkeeper.interfaces.cli.verb import (
    ConfigOption,
    DataDirOption,
    DebugOption,
    OutputOption,
    Session,
)

app = typer.Typer(
    help="The officer of the watch for servers.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=True,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from watchkeeper.interfaces.cli.version import version

        print(f"watchkeeper {version()}")
        raise typer.Exit()


@app.callback()
def everywhere(
    ctx: typer.Context,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    output: OutputOption = None,
    debug: DebugOption = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="And leave.")
    ] = False,
) -> None:
    """Global options may also stand after the verb."""
    ctx.obj = Session(config=config, data_dir=data_dir, output=output, debug=debug)


app.add_typer(servers, name="servers")
