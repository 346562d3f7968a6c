"""Every noun and verb, in the order in which help shows them."""

from typing import Annotated

import typer
from typer.core import TyperGroup

from watchkeeper.interfaces.cli.alerts import alerts_list, alerts_show
from watchkeeper.interfaces.cli.approvals import (
    approvals_list,
    approvals_show,
    approve,
    delegate,
    deny,
    explain,
    modify,
)
from watchkeeper.interfaces.cli.audit import audit_verify, journal_rebuild
from watchkeeper.interfaces.cli.breaker import breaker_close, breaker_list, breaker_open
from watchkeeper.interfaces.cli.changes import changes_list, changes_show
from watchkeeper.interfaces.cli.demo import demo
from watchkeeper.interfaces.cli.doctor import doctor
from watchkeeper.interfaces.cli.hold import PLACE, HoldGroup, hold_lift, hold_list, hold_place
from watchkeeper.interfaces.cli.incidents import incidents_list, incidents_show
from watchkeeper.interfaces.cli.init import init
from watchkeeper.interfaces.cli.kill import kill_engage, kill_release, kill_status
from watchkeeper.interfaces.cli.policies import (
    policies_consent,
    policies_consents,
    policies_grant,
    policies_list,
)
from watchkeeper.interfaces.cli.runbooks import runbooks_lint, runbooks_list, runbooks_show
from watchkeeper.interfaces.cli.servers import servers_drift, servers_list, servers_show
from watchkeeper.interfaces.cli.sudoers import runbooks_sudoers
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
from watchkeeper.interfaces.cli.windows import windows_list, windows_show

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


def noun(name: str, meaning: str, kind: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """A group of verbs."""
    group = typer.Typer(help=meaning, no_args_is_help=True, rich_markup_mode=None, cls=kind)
    app.add_typer(group, name=name)
    return group


verb(app, "up")(up)
verb(app, "demo")(demo)
verb(app, "init")(init)
verb(app, "doctor")(doctor)
verb(app, "status")(status)
verb(app, "reload")(reload)

alerts = noun("alerts", "What looks wrong.")
verb(alerts, "list")(alerts_list)
verb(alerts, "show")(alerts_show)

incidents = noun("incidents", "What went wrong, and what was done about it.")
verb(incidents, "list")(incidents_list)
verb(incidents, "show")(incidents_show)

approvals = noun("approvals", "What waits for a person.")
verb(approvals, "list")(approvals_list)
verb(approvals, "show")(approvals_show)
verb(app, "approve")(approve)
verb(app, "deny")(deny)
verb(app, "delegate")(delegate)
verb(app, "modify")(modify)
verb(app, "explain")(explain)

kill = noun("kill", "The kill switch: stop everything, and let it go again.")
verb(kill, "engage")(kill_engage)
verb(kill, "release")(kill_release)
verb(kill, "status")(kill_status)

hold = noun("hold", "A person works on a server: nothing is done to it alone.", HoldGroup)
verb(hold, PLACE)(hold_place)
verb(hold, "list")(hold_list)
verb(hold, "lift")(hold_lift)

windows = noun("windows", "When the estate may be changed.")
verb(windows, "list")(windows_list)
verb(windows, "show")(windows_show)

policies = noun("policies", "How far which runbook may go by itself.")
verb(policies, "list")(policies_list)
verb(policies, "grant")(policies_grant)
verb(policies, "consent")(policies_consent)
verb(policies, "consents")(policies_consents)

breaker = noun("breaker", "The circuit breakers: they stop what keeps going badly.")
verb(breaker, "list")(breaker_list)
verb(breaker, "open")(breaker_open)
verb(breaker, "close")(breaker_close)

runbooks = noun("runbooks", "What may be done about what.")
verb(runbooks, "list")(runbooks_list)
verb(runbooks, "show")(runbooks_show)
verb(runbooks, "lint")(runbooks_lint)
verb(runbooks, "sudoers")(runbooks_sudoers)

servers = noun("servers", "Servers and services of the estate.")
verb(servers, "list")(servers_list)
verb(servers, "show")(servers_show)
verb(servers, "drift")(servers_drift)

changes = noun("changes", "Change records: one for everything that was done.")
verb(changes, "list")(changes_list)
verb(changes, "show")(changes_show)

audit = noun("audit", "Whether the journal is as it was written.")
verb(audit, "verify")(audit_verify)

journal = noun("journal", "The journal's own upkeep.")
verb(journal, "rebuild")(journal_rebuild)
