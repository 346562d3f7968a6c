"""``watchkeeper approvals``, ``approve`` and ``deny``: what waits for a person."""

import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode, Rows
from watchkeeper.interfaces.cli.verb import DryRun, Session

Reason = Annotated[str, typer.Option(help="Why; it goes into the journal.")]
ActionId = Annotated[str, typer.Argument(metavar="ACTION", help="As `approvals list` shows it.")]


def approvals_list(session: Session) -> Answer:
    """The actions that wait for an answer, oldest first."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.approvals import approval_list

    found = looked(session, approval_list)
    columns = ("id", "incident", "runbook", "step", "target", "expires_at")
    rows = [tuple(each[name] for name in columns) for each in found]
    return Answer(body=found, said=(Rows(columns=columns, rows=rows, none="nothing waits"),))


def approvals_show(session: Session, action: ActionId) -> Answer:
    """Exactly what would run, where, and what every gate says."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.cli.subject import subject_of
    from watchkeeper.interfaces.cli.telling_approvals import action_told
    from watchkeeper.interfaces.views.approvals import action_story

    about = subject_of(session)
    found = looked(session, lambda journal: action_story(journal, action, about))
    return Answer(body=found, said=action_told(found))


def approve(
    session: Session,
    action: ActionId,
    digest: Annotated[
        str, typer.Option(help="Only if this is what would run, as `approvals show` has it.")
    ] = "",
    reason: Reason = "",
    plan: Annotated[
        bool, typer.Option("--plan", help="And all further steps of this run, as shown.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: DryRun = False,
) -> Answer:
    """Let an action go, exactly as it is shown."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.cli.subject import subject_of
    from watchkeeper.interfaces.socket.requests import Approve
    from watchkeeper.interfaces.views.approvals import action_story

    about = subject_of(session)
    found = looked(session, lambda journal: action_story(journal, action, about))
    if not (yes or digest or dry_run) and sys.stdin.isatty() and not _confirmed(found):
        return Answer(body={"answer": None}, said=("left waiting",), exit_code=ExitCode.FINDING)
    request = Approve(
        action=action,
        digest=digest or str(found["digest"]),
        reason=reason,
        plan=plan,
        dry_run=dry_run,
    )
    return ordered(session, request, lambda result: _said(result, "approved"))


def deny(
    session: Session,
    action: ActionId,
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Answer:
    """Refuse an action; its incident is handed to a person."""
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import Deny

    request = Deny(action=action, reason=reason, dry_run=dry_run)
    return ordered(session, request, lambda result: _said(result, "denied"))


def delegate(
    session: Session,
    action: ActionId,
    to: Annotated[str, typer.Argument(metavar="TO", help="A person or a group of `people`.")],
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Answer:
    """Hand your answer to an action on; you do not answer it any more."""
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import Delegate

    request = Delegate(action=action, to=to, reason=reason, dry_run=dry_run)
    return ordered(session, request, lambda result: _said(result, f"delegated to {to}"))


def modify(
    session: Session,
    action: ActionId,
    values: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE…", help="Several values: name=a,b")
    ],
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Answer:
    """Change what an action runs with, within its runbook; it is judged and asked again."""
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import Modify

    pairs = [each.partition("=") for each in values]
    if not all(equals and name and value for name, equals, value in pairs):
        raise typer.BadParameter("a value is given as NAME=VALUE")
    changed = {name: tuple(value.split(",")) for name, _, value in pairs}
    request = Modify(action=action, values=changed, reason=reason, dry_run=dry_run)
    return ordered(session, request, lambda result: _said(result, "modified, and asked again"))


def explain(session: Session, action: ActionId) -> Answer:
    """Why an action may go, waits or was refused: every gate's answer, each time it was judged."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.cli.telling import walks_told
    from watchkeeper.interfaces.views.approvals import gate_walks

    found = looked(session, lambda journal: gate_walks(journal, action))
    return Answer(body=found, said=walks_told(found))


def _confirmed(found: Mapping[str, object]) -> bool:
    """Whether the person at the terminal, shown all of it, says yes."""
    from watchkeeper.interfaces.cli.answer import tell
    from watchkeeper.interfaces.cli.telling_approvals import action_told

    tell(action_told(found))
    return typer.confirm("Let it go?")


def _said(result: Mapping[str, object], done: str) -> str:
    what = f"{result['step']} of {result['runbook']} on {result['target']}"
    wanting = f"; {result['wanting']} more has to say yes" if result["wanting"] else ""
    return (f"would be {done}: {what}" if result["dry_run"] else f"{done}: {what}") + wanting
