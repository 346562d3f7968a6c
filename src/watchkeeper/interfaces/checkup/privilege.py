"""Least privilege: what only reads may not be able to write."""

import asyncio
from collections.abc import Iterator

from watchkeeper.bootstrap.settings import Settings
from watchkeeper.bootstrap.write_probes import WriteProbe, write_probes
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow
from watchkeeper.ports.errors import SourceUnavailable

PATIENCE_SECONDS = 15.0


def announced(settings: Settings) -> Iterator[str]:
    """What will be tried, said before it is."""
    for probe in write_probes(settings):
        for each in probe.tries:
            yield f"trying, without writing anything: {probe.name}: {each}"


def writes(settings: Settings) -> Iterator[Finding]:
    """Every system is tried once; red where it would have taken a write."""
    for probe in write_probes(settings):
        check = f"rights on {probe.name}"
        try:
            allowed = asyncio.run(_asked(probe))
        except SourceUnavailable as unavailable:
            told = str(unavailable).removeprefix(f"{unavailable.source}: ")
            yield yellow(check, f"not known: {told}", "mend its own check first")
            continue
        if allowed:
            cure = "switch that off there, or give credentials that only read (docs/how-to)"
            yield red(check, f"too many: {', '.join(allowed)}", cure)
        else:
            yield green(check, "nothing can be changed with these credentials")


async def _asked(probe: WriteProbe) -> tuple[str, ...]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await probe.ask()
    except TimeoutError:
        raise SourceUnavailable(probe.name, "timeout", "no answer in time") from None
