"""``watchkeeper status`` and ``reload``: the watch that runs."""

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
    from watchkeeper.bootstrap.data_directory import SOCKET
    from watchkeeper.interfaces.socket.client import NobodyListens, asked
    from watchkeeper.interfaces.socket.requests import Reload

    try:
        found = asked(session.folder / SOCKET, Reload(dry_run=dry_run))
    except NobodyListens:
        said = f"no watch is running on {session.folder}: there is nothing to reload"
        return Answer(body={"running": False}, said=(said,), exit_code=ExitCode.FINDING)
    return Answer(body=dict(found), said=(f"in force: {found['in_force']}",))
