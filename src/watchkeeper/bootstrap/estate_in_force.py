"""Which estate is watched: what its sources tell, reconciled; without any, this host as found."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from watchkeeper.adapters.files.csv_inventory import CsvInventory
from watchkeeper.adapters.files.estate import estate_text, read_estate
from watchkeeper.adapters.files.yaml_inventory import YamlInventory
from watchkeeper.adapters.host.discovery import Discovery, discovered
from watchkeeper.bootstrap.estate_settings import CsvEstate, PrometheusEstate
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.telling import Claim, Telling
from watchkeeper.knowledge.reconciliation import Reconciled, reconciled
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.inventory import Inventory


async def reconciled_estate(settings: Settings) -> Reconciled:
    """The estate of the settings, who knows what of it, what does not fit. Raises FileRefused.

    Without any source it is this host with what listens on it. A foreign source that does not
    answer is told as drift; the others are enough.
    """
    if settings.estate is None and not settings.estate_sources:
        return reconciled((_telling_of(await asyncio.to_thread(discovered)),))
    if settings.estate is not None and not settings.estate_sources:
        await asyncio.to_thread(read_estate, settings.estate)  # alone it has to fit in itself
    tellings: list[Telling] = []
    unavailable: list[Drift] = []
    async with _inventories(settings) as inventories:
        for inventory in inventories:
            try:
                tellings.append(await inventory.told())
            except SourceUnavailable as silent:
                unavailable.append(_unavailable(inventory.name, silent))
    return await asyncio.to_thread(reconciled, tellings, unavailable)


@asynccontextmanager
async def _inventories(settings: Settings) -> AsyncIterator[Sequence[Inventory]]:
    """In the order of precedence: estate.yaml, then CSV, then what Prometheus collects from."""
    made: list[Inventory] = []
    if settings.estate is not None:
        made.append(YamlInventory(path=settings.estate))
    made.extend(
        CsvInventory(name=source.name, servers=source.servers, services=source.services)
        for source in settings.estate_sources
        if isinstance(source, CsvEstate)
    )
    foreign = [s for s in settings.estate_sources if isinstance(s, PrometheusEstate)]
    if not foreign:
        yield made
        return
    async with _targets(settings, foreign) as targets:
        yield (*made, *targets)


@asynccontextmanager
async def _targets(
    settings: Settings, wanted: Sequence[PrometheusEstate]
) -> AsyncIterator[Sequence[Inventory]]:
    from watchkeeper.adapters.prometheus.target_labels import TargetLabels
    from watchkeeper.adapters.prometheus.targets import PrometheusTargets
    from watchkeeper.adapters.system.crew import ThreadCrew
    from watchkeeper.bootstrap.endpoints import endpoint_of

    crew = ThreadCrew(threads=1)
    made = [
        PrometheusTargets(
            endpoint_of(settings.prometheus(each.source)),
            crew,
            TargetLabels(name=each.name_label, says=each.labels()),
            each.jobs,
        )
        for each in wanted
    ]
    try:
        yield made
    finally:
        for each in made:
            await each.close()
        await crew.close()


def _unavailable(name: str, silent: SourceUnavailable) -> Drift:
    return Drift(
        kind=DriftKind.UNAVAILABLE, item=name, words=f"{silent.word}: {silent}", sources=(name,)
    )


def estate_of(found: Discovery) -> Estate:
    """A discovery as an estate: one server without a class, which is never acted on alone."""
    return Estate(servers=(found.server,), services=found.services)


def _telling_of(found: Discovery) -> Telling:
    return Telling(
        source="this host",
        servers=(Claim(item=found.server, said=frozenset()),),
        services=tuple(Claim(item=service, said=frozenset()) for service in found.services),
    )


def estate_draft() -> tuple[Estate, str]:
    """This host as an estate, and as the ``estate.yaml`` that a person completes."""
    found = discovered()
    estate = estate_of(found)
    return estate, estate_text(estate, _notes(found))


def _notes(found: Discovery) -> Sequence[str]:
    """What a discovery could not see, as comments of the draft."""
    notes = ["", "A draft of this host: give the server a class, and complete its services."]
    if found.hidden:
        notes.append(f"{found.hidden} listening sockets belong to others; root would see whose.")
    return notes
