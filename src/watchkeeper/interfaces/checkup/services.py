"""The services of this host: whether what the estate says of them fits what is there."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from watchkeeper.bootstrap.sources import seen_here, services_here
from watchkeeper.domain.estate import Estate, Service
from watchkeeper.interfaces.checkup.finding import Finding, green, yellow
from watchkeeper.ports.inspector import ServiceState


def services(estate: Estate) -> Iterator[Finding]:
    """Every service of this host is looked at once."""
    wanted = services_here(estate)
    seen = asyncio.run(seen_here(estate)) if wanted else {}
    wrong = [finding for service in wanted for finding in _faults(service, seen)]
    yield from wrong
    if wanted and not wrong:
        yield green("services", f"{len(wanted)} of this host are as the estate says")


def _faults(service: Service, seen: Mapping[str, ServiceState | str]) -> Iterator[Finding]:
    state = seen[service.name]
    if isinstance(state, str):
        yield _fault(service, state, "look at it by hand")
        return
    if state.answers is False:
        told = f"{service.probe} does not answer ({state.probe_reason})"
        yield _fault(service, told, "start it, or correct its probe")
    if state.main_alive is False:
        told = f"{service.pid_file} names no living process"
        yield _fault(service, told, "start it, or correct its pid_file")
    elif state.alive == 0:
        yield _fault(service, "none of its processes lives", "start it, or correct its process")
    for path in service.logs:
        if not os.access(path, os.R_OK):
            why = "cannot be read" if Path(path).exists() else "is not there"
            yield _fault(service, f"{path} {why}", "correct its logs, or let watchkeeper read it")


def _fault(service: Service, told: str, cure: str) -> Finding:
    return yellow("services", f"{service.name}: {told}", cure)
