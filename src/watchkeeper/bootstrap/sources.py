"""The metric sources of the settings, opened for a single look."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from watchkeeper.adapters.system.crew import ThreadCrew
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.bootstrap.app import close_sources, metric_sources
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.readings import Targets
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.metrics import Metrics


@asynccontextmanager
async def sources_of(
    settings: Settings, estate: Estate
) -> AsyncIterator[tuple[Sequence[Metrics], Targets]]:
    """The sources, and whom to ask them for; closed again at the end of the block."""
    crew = ThreadCrew(threads=2)
    sources = metric_sources(settings, estate, SystemClock(), crew)
    try:
        yield sources, EstateGraph(estate).targets()
    finally:
        await close_sources(sources)
        await crew.close()
