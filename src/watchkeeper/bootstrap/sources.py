"""What the settings name, opened for a single look: the metric sources, and this host."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from watchkeeper.adapters.host.inspector import HostInspector
from watchkeeper.adapters.host.places import ThisHost
from watchkeeper.adapters.system.crew import ThreadCrew
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.bootstrap.app import close_sources, metric_sources
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate, Service
from watchkeeper.domain.readings import Targets
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.inspector import ServiceState
from watchkeeper.ports.metrics import Metrics


@asynccontextmanager
async def sources_of(
    settings: Settings, estate: Estate
) -> AsyncIterator[tuple[Sequence[Metrics], Targets]]:
    """The sources, and whom to ask them for; closed again at the end of the block."""
    crew = ThreadCrew(threads=2)
    sources = metric_sources(settings, ThisHost(lambda: estate), SystemClock(), crew)
    try:
        yield sources, EstateGraph(estate).targets()
    finally:
        await close_sources(sources)
        await crew.close()


def services_here(estate: Estate) -> tuple[Service, ...]:
    """The services that run on this host."""
    return ThisHost(lambda: estate).services


async def seen_here(estate: Estate) -> Mapping[str, ServiceState | str]:
    """Every service of this host as it is now, or why it could not be looked at; by name."""
    crew = ThreadCrew(threads=2)
    inspector = HostInspector(ThisHost(lambda: estate), crew)

    async def seen(service: Service) -> ServiceState | str:
        try:
            return await inspector.service(service)
        except SourceUnavailable as unavailable:
            return str(unavailable)

    here = services_here(estate)
    try:
        states = await asyncio.gather(*(seen(service) for service in here))
    finally:
        await crew.close()
    return {service.name: state for service, state in zip(here, states, strict=True)}
