"""What has to be reached: the metric sources, and the address to listen on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from watchkeeper.bootstrap.data_directory import SOCKET
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.readings import Readings
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow
from watchkeeper.interfaces.http.server import CannotListen, listening
from watchkeeper.interfaces.socket.client import NobodyListens, WatchDoesNotAnswer, asked
from watchkeeper.interfaces.socket.requests import Status
from watchkeeper.ports.errors import SourceUnavailable

PATIENCE_SECONDS = 15.0
MOST_NAMED = 5


def sources(settings: Settings, estate: Estate) -> Iterator[Finding]:
    """Every metric source is asked once, for everything."""
    for name, answer in asyncio.run(_asked(settings, estate)).items():
        check = f"source {name}"
        if isinstance(answer, str):
            yield red(check, answer, "look at its address, its credentials and its own log")
            continue
        yield green(check, f"answers: {len(answer.series)} series")
        if answer.unlisted:
            some = ", ".join(answer.unlisted[:MOST_NAMED])
            cure = "add them to instances of a server in estate.yaml, or leave them be"
            yield yellow(check, f"knows {len(answer.unlisted)} unlisted instances: {some}", cure)


def watch(settings: Settings, folder: Path) -> Iterator[Finding]:
    """A running watch answers; without one, the address is free."""
    try:
        status = asked(folder / SOCKET, Status())
        yield green("watch", f"running as process {status['pid']}")
    except NobodyListens:
        yield from _free(settings)
    except WatchDoesNotAnswer as silent:
        yield red("watch", str(silent) or "does not answer", "look at its log, or stop it")


def _free(settings: Settings) -> Iterator[Finding]:
    try:
        listening(settings.http.host, settings.http.port).socket.close()
    except CannotListen as taken:
        told, _, cure = str(taken).partition(";")
        yield red("watch", f"not running, and {told}", cure.strip())
    else:
        cure = "watchkeeper up"
        yield yellow("watch", f"not running; {settings.http.listen} is free", cure)


async def _asked(settings: Settings, estate: Estate) -> dict[str, Readings | str]:
    from watchkeeper.bootstrap.sources import sources_of

    async with sources_of(settings, estate) as (metrics, targets):
        answers: dict[str, Readings | str] = {}
        for source in metrics:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    answers[source.name] = await source.read(targets)
            except SourceUnavailable as unavailable:
                answers[source.name] = str(unavailable)
            except TimeoutError:
                answers[source.name] = f"no answer within {PATIENCE_SECONDS:g} s"
        return answers
