"""What has to be reached: the metric sources, and the address to listen on."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from watchkeeper.bootstrap.data_directory import SOCKET
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.metric import PROBE_SUCCESS, SERVICE_PROCESSES
from watchkeeper.domain.readings import Readings
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow
from watchkeeper.interfaces.http.server import CannotListen, listening
from watchkeeper.interfaces.socket.client import NobodyListens, WatchDoesNotAnswer, asked
from watchkeeper.interfaces.socket.requests import Status
from watchkeeper.ports.errors import SourceUnavailable

PATIENCE_SECONDS = 15.0
MOST_NAMED = 5

_CURES = {  # by the word of a SourceUnavailable
    "refused": "start it, or correct its url: nobody answers there",
    "timeout": "look whether it is overloaded, or a firewall is between",
    "denied": "correct bearer_token_file, or username with password_file; for TLS, ca_file",
    "absent": "correct its url; it takes the path that a proxy puts in front, too",
    "malformed": "correct its url: this is not Prometheus' query API",
}


def sources(settings: Settings, estate: Estate) -> Iterator[Finding]:
    """Every metric source is asked once, for everything."""
    answers = asyncio.run(_asked(settings, estate))
    for name, answer in answers.items():
        yield from _source(f"source {name}", answer)
    told = [answer for answer in answers.values() if isinstance(answer, Readings)]
    if told:
        yield from _unmeasured(estate, told)


def _source(check: str, answer: Readings | SourceUnavailable) -> Iterator[Finding]:
    if isinstance(answer, SourceUnavailable):
        told = str(answer).removeprefix(f"{answer.source}: ")
        yield red(check, told, _CURES.get(answer.word, "look at its own log"))
        return
    if answer.series:
        yield green(check, f"answers: {len(answer.series)} series")
    else:
        cure = "list in estate.yaml, under instances, what it calls your servers"
        yield yellow(check, "answers, and knows nothing of the estate", cure)
    if answer.unlisted:
        cure = "add them to instances of a server in estate.yaml, or leave them be"
        told = f"knows {len(answer.unlisted)} unlisted instances: {_some(answer.unlisted)}"
        yield yellow(check, told, cure)


def _unmeasured(estate: Estate, told: Sequence[Readings]) -> Iterator[Finding]:
    """Servers and services of which no source that answers says anything."""
    rows = {row for readings in told for row in readings.series}
    servers = {row.server for row in rows}
    services = {(row.server, row.part) for row in rows if row.metric in _OF_SERVICES}
    dark = [each.name for each in estate.servers if each.name not in servers]
    if dark:
        cure = "list in its instances what a source calls it"
        yield yellow("estate", f"servers that no source knows: {_some(dark)}", cure)
    unprobed = [s.name for s in estate.services if s.probe and (s.server, s.name) not in services]
    if unprobed:
        cure = "have the blackbox exporter probe exactly the address in probe"
        yield yellow("estate", f"services that no source probes: {_some(unprobed)}", cure)


_OF_SERVICES = (PROBE_SUCCESS.name, SERVICE_PROCESSES.name)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def watch(settings: Settings, folder: Path) -> Iterator[Finding]:
    """A running watch answers; without one, the address is free."""
    try:
        status = asked(folder / SOCKET, Status())
        if status.get("fit_to_act") is False:
            told = f"running as process {status['pid']}, and has stopped acting"
            yield red("watch", told, "look for acting_stopped in its log")
        else:
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


async def _asked(settings: Settings, estate: Estate) -> dict[str, Readings | SourceUnavailable]:
    from watchkeeper.bootstrap.sources import sources_of

    async with sources_of(settings, estate) as (metrics, targets):
        answers: dict[str, Readings | SourceUnavailable] = {}
        for source in metrics:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    answers[source.name] = await source.read(targets)
            except SourceUnavailable as unavailable:
                answers[source.name] = unavailable
            except TimeoutError:
                late = f"no answer within {PATIENCE_SECONDS:g} s"
                answers[source.name] = SourceUnavailable(source.name, "timeout", late)
        return answers
