"""Every noun and verb, in the order in which help shows them."""

from typing import Annotated

import typer

from watchkeeper.interfaces.cli.alerts import alerts
from watchkeeper.interfaces.cli.approvals import approvals, approve, deny, explain
from watchkeeper.interfaces.cli.audit import audit, journal
from watchkeeper.interfaces.cli.changes import changes
from watchkeeper.interfaces.cli.demo import demo
from watchkeeper.interfaces.cli.doctor import doctor
from watchkeeper.interfaces.cli.incidents import incidents
from watchkeeper.interfaces.cli.init import init
from watchkeeper.interfaces.cli.kill import kill
from watchkeeper.interfaces.cli.policies import policies
from watchkeeper.interfaces.cli.runbooks import runbooks
from watchkeeper.interfaces.cli.servers import servers
from watchkeeper.interfaces.cli.up import up
from watchkeeper.interfaces.cli.verb import (
    ConfigOption,
    DataDirOption,
    DebugOption,
    OutputOption,
    Session,
    verb,
)
from watchkeeper.interfaces.cli.watch import reload, status

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


verb(app, "up")(up)
verb(app, "demo")(demo)
verb(app, "init")(init)
verb(app, "doctor")(doctor)
verb(app, "status")(status)
verb(app, "reload")(reload)
app.add_typer(alerts, name="alerts")
app.add_typer(incidents, name="incidents")
app.add_typer(approvals, name="approvals")
verb(app, "approve")(approve)
verb(app, "deny")(deny)
verb(app, "explain")(explain)
app.add_typer(kill, name="kill")
app.add_typer(policies, name="policies")
app.add_typer(runbooks, name="runbooks")
app.add_typer(servers, name="servers")
app.add_typer(changes, name="changes")
app.add_typer(audit, name="audit")
app.add_typer(journal, name="journal")
