"""``watchkeeper up``: everything in one process, until it is told to stop."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from watchkeeper.interfaces.cli.answer import Answer
from watchkeeper.interfaces.cli.verb import Session
from watchkeeper.interfaces.printable import printable

if TYPE_CHECKING:
    from watchkeeper.bootstrap.running import Running
    from watchkeeper.bootstrap.settings import Settings


_NOTHING = "It acts on nothing until you grant it: watchkeeper policies grant RUNBOOK CLASS LEVEL"


class AlreadyWatching(Exception):
    """A watch is running on this data directory."""


def up(session: Session) -> Answer:
    """Watch: without any configuration, this host. Stops on Ctrl-C and SIGTERM."""
    import asyncio

    from watchkeeper.bootstrap.data_directory import prepared
    from watchkeeper.interfaces.cli.log_lines import logs_to_stderr

    logs_to_stderr(session.debug)
    settings = session.settings()
    folder = prepared(session.folder)
    _nobody_else(folder)
    asyncio.run(_watched(settings, folder))
    return Answer(body={"stopped": True}, said=("stopped; the journal is closed",))


async def _watched(settings: "Settings", folder: Path) -> None:
    """Serve until a signal comes."""
    import asyncio
    import signal

    from watchkeeper.bootstrap.app import serve
    from watchkeeper.interfaces.cli.version import version
    from watchkeeper.interfaces.daemon import beside
    from watchkeeper.interfaces.http.server import listening

    _secrets_are_there(settings)
    listener = listening(settings.http.host, settings.http.port)
    loop = asyncio.get_running_loop()
    serving = loop.create_task(serve(settings, folder, version(), beside(listener, _welcome)))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await serving
    finally:
        listener.socket.close()


def _nobody_else(folder: Path) -> None:
    """No other watch answers on this data directory; its lock is what really keeps them out."""
    from watchkeeper.bootstrap.data_directory import SOCKET
    from watchkeeper.interfaces.socket.client import NobodyListens, asked
    from watchkeeper.interfaces.socket.requests import Status

    with suppress(NobodyListens):
        process = asked(folder / SOCKET, Status())["pid"]
        raise AlreadyWatching(f"{folder}: process {process} watches here already; stop it first")


def _secrets_are_there(settings: "Settings") -> None:
    """Every secret that is named can be read. Raises SettingsRefused for the first that cannot."""
    from watchkeeper.bootstrap.settings import secret_value

    for field, reference in settings.secrets():
        secret_value(reference, field)


def _welcome(running: "Running", link: str, acting: Sequence[str]) -> None:
    """What is watched, where to look, and what it may do."""
    settings = running.settings
    estate = running.knowledge.estate().estate
    sources = ", ".join(source.name for source in settings.sources) or "this host itself"
    lines = [
        f"Watchkeeper {running.version} watches {len(estate.servers)} server(s) and "
        f"{len(estate.services)} service(s), told by {sources}.",
        f"  configuration  {settings.file or 'none: this host as it is found'}",
        f"  journal        {running.data_dir}",
        f"  console        {link}  (opens once, within ten minutes)",
        f"  API            {link.partition('/sign-in/')[0]}/api/v1  "
        f"(token in {running.data_dir}/api-token)",
        f"It acts alone with: {', '.join(acting)}. All else it proposes." if acting else _NOTHING,
    ]
    if running.page.engaged():
        lines.append("THE KILL SWITCH IS ENGAGED: watchkeeper kill release")
    print("\n".join(printable(line) for line in lines), flush=True)
    sys.stdout.flush()
