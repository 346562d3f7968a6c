"""``watchkeeper status`` and ``reload``: the watch that runs."""

from collections.abc import Mapping

from watchkeeper.interfaces.cli.answer import Answer, ExitCode
from watchkeeper.interfaces.cli.verb import DryRun, Session


def status(session: Session) -> Answer:
    """How the running watch is. Exit 1: none is running."""
    from watchkeeper.bootstrap.data_directory import SOCKET
    from watchkeeper.interfaces.cli.telling import plain_told
    from watchkeeper.interfaces.socket.client import NobodyListens, asked
    from watchkeeper.interfaces.socket.requests import Status

    try:
        found = asked(session.folder / SOCKET, Status())
    except NobodyListens:
        said = f"no watch is running on {session.folder}; start it with: watchkeeper up"
        return Answer(body={"running": False}, said=(said,), exit_code=ExitCode.FINDING)
    return Answer(body=dict(found), said=plain_told(found))


def reload(session: Session, dry_run: DryRun = False) -> Answer:
    """Let the running watch read its estate and its runbooks again."""
    from watchkeeper.interfaces.cli.ordering import ordered
    from watchkeeper.interfaces.socket.requests import Reload

    def said(result: Mapping[str, object]) -> str:
        return str(result["in_force"]) if dry_run else f"in force: {result['in_force']}"

    return ordered(session, Reload(dry_run=dry_run), said)
