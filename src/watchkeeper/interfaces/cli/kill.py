"""``watchkeeper kill``: stop everything, at once, and let it go again."""

import sys
from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode
from watchkeeper.interfaces.cli.verb import DryRun, Session

Scope = Annotated[
    str, typer.Option(metavar="SCOPE", help="all|pillar:NAME|class:NAME|runbook:NAME")
]
Reason = Annotated[str, typer.Option(help="Why; it goes into the journal.")]


def kill_engage(
    session: Session, reason: Reason = "", scope: Scope = "all", dry_run: DryRun = False
) -> Answer:
    """Stop: nothing starts any more, and what runs stops at its next step."""
    from watchkeeper.bootstrap.data_directory import DataDirectoryRefused
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.client import WatchDoesNotAnswer
    from watchkeeper.interfaces.socket.requests import EngageKill
    from watchkeeper.ports.errors import JournalClosed, JournalLocked, SchemaTooNew

    request = EngageKill(reason=reason, scope=scope, dry_run=dry_run)
    said = f"{'would be ' if dry_run else ''}engaged for {scope}"
    if not dry_run:
        said += ": nothing of it starts any more"
    if scope != "all":
        return ordered(session, request, lambda _: f"kill switch {said}")
    if not dry_run:
        _stop(session)
    try:
        return ordered(session, request, lambda _: f"kill switch {said}")
    except (
        WatchDoesNotAnswer,
        JournalClosed,
        JournalLocked,
        SchemaTooNew,
        DataDirectoryRefused,
    ) as error:
        return _only_on_the_page(error)


def kill_release(
    session: Session, reason: Reason = "", scope: Scope = "all", dry_run: DryRun = False
) -> Answer:
    """Let it act again, within what is granted; an administrator who did not engage it.

    The only administrator gives a reason, and waits 60 seconds.
    """
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import ReleaseKill

    said = "would be released" if dry_run else "released"
    request = ReleaseKill(reason=reason, scope=scope, dry_run=dry_run)
    return ordered(session, request, lambda _: f"kill switch {said}")


def kill_status(session: Session) -> Answer:
    """Whether it is engaged, since when and by whom."""
    from watchkeeper.interfaces.cli.looking import looked
    from watchkeeper.interfaces.views.authority import kill_view

    found = looked(session, lambda journal: kill_view(journal, _page(session)))
    if not found["engaged"]:
        return Answer(body=found, said=("kill switch: not engaged",))
    if found["scope"] != "all":
        return Answer(body=found, said=tuple(_scopes(found["scopes"])))
    told = (
        f"since {found['since']} by {found['by']}"
        if found["journal"]
        else "by the kill page alone: nobody told the journal since when"
    )
    return Answer(body=found, said=(f"kill switch: ENGAGED {told}", *_scopes(found["scopes"])))


def _scopes(scopes: object) -> list[str]:
    """A line for each narrower scope."""
    known = scopes if isinstance(scopes, list) else []
    return [
        f"kill switch: engaged for {each['scope']} since {each['since']} by {', '.join(each['by'])}"
        for each in known
        if each["scope"] != "all"
    ]


def _stop(session: Session) -> None:
    """Let the kill page say stop, before anything else can fail; whoever may write it may stop."""
    from watchkeeper.bootstrap.data_directory import prepared
    from watchkeeper.bootstrap.opening import kill_page

    folder = session.folder if session.folder.is_dir() else prepared(session.folder)
    kill_page(folder).engage()
    print("the kill page says stop", file=sys.stderr)


def _page(session: Session) -> bool:
    from watchkeeper.bootstrap.opening import kill_page

    return kill_page(session.folder).engaged()


def _only_on_the_page(error: Exception) -> Answer:
    """It is stopped, but the journal does not know: said loudly, and as a finding."""
    why = str(error) or " ".join((type(error).__doc__ or "").split())
    told = f"the kill page says stop and holds; the journal could not be told: {why}"
    body = {"engaged": True, "scope": "all", "journalled": False, "message": told}
    return Answer(body=body, said=(told,), exit_code=ExitCode.FINDING)
