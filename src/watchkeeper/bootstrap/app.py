"""What ``watchkeeper up`` runs: the settings' adapters, put together, until it is told to stop."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import structlog

from watchkeeper.adapters.ansible.automation import AnsibleAutomation
from watchkeeper.adapters.files.estate import estate_digest
from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.files.thresholds import read_thresholds
from watchkeeper.adapters.host.inspector import HostInspector
from watchkeeper.adapters.host.places import ThisHost, local_servers
from watchkeeper.adapters.host.source import HostMetrics
from watchkeeper.adapters.ledger.spent_ledger import SpentLedger
from watchkeeper.adapters.logs.source import HostLogs
from watchkeeper.adapters.prometheus.source import PrometheusMetrics
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.adapters.ssh.inspector import SshInspector
from watchkeeper.adapters.system.crew import ThreadCrew
from watchkeeper.adapters.system.identifiers import UlidIdentifiers
from watchkeeper.adapters.system.kill_page import FileKillPage
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.bootstrap import upkeep
from watchkeeper.bootstrap.assembly import Watchkeeper
from watchkeeper.bootstrap.custody import stopped_for_its_ledger
from watchkeeper.bootstrap.endpoints import endpoint_of, incidents_endpoint_of
from watchkeeper.bootstrap.estate_in_force import reconciled_estate
from watchkeeper.bootstrap.estate_register import adopted, estate_counts
from watchkeeper.bootstrap.estate_watch import EstateWatch
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.inspectors import Inspectors
from watchkeeper.bootstrap.keys import authority_check, authority_key
from watchkeeper.bootstrap.library import runbooks_of
from watchkeeper.bootstrap.only_real import refuse_pretend_parts
from watchkeeper.bootstrap.options import Options
from watchkeeper.bootstrap.other_hosts import lookers_of, reach_of
from watchkeeper.bootstrap.own_places import own_places
from watchkeeper.bootstrap.planned import calendars_of
from watchkeeper.bootstrap.ports import Bench, Eyes, Hands, Ports
from watchkeeper.bootstrap.pretend import refuse_pretend
from watchkeeper.bootstrap.provenance import note_its_place, stopped_for_its_place
from watchkeeper.bootstrap.running import Gauges, Running, Surfaces
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.bootstrap.source_settings import PrometheusSource
from watchkeeper.domain.estate import Estate
from watchkeeper.governance.approval import ApprovalRules
from watchkeeper.governance.limits import Times
from watchkeeper.governance.people import People
from watchkeeper.incidents.root_cause import DeterministicReasoner
from watchkeeper.knowledge.reconciliation import Reconciled
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.orchestration.narration import Narration
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.metrics import Metrics

log = structlog.get_logger()

KILL_PAGE = "kill.page"
JOBS = "jobs"
PLACE_EVERY_SECONDS = 10.0
LEDGER = "ledger"


async def serve(settings: Settings, data_dir: Path, version: str, surfaces: Surfaces) -> None:
    """Run until cancelled; then write what waits and let go of the data directory.

    Raises JournalLocked when another process watches on this data directory, PretendJournal when a
    demo has left its journal there, PretendPart, SchemaTooNew,
    FileRefused when the estate, the thresholds or a runbook directory cannot be read.
    """
    lock = DirectoryLock(data_dir)
    try:
        refuse_pretend(data_dir)
        async with AsyncExitStack() as stack:
            await _run(
                _Place(settings=settings, data_dir=data_dir, version=version), stack, surfaces
            )
    finally:
        lock.release()


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where and as what it runs."""

    settings: Settings
    data_dir: Path
    version: str


async def _run(place: _Place, stack: AsyncExitStack, surfaces: Surfaces) -> None:
    settings = place.settings
    found, knowledge = await reconciled_estate(settings), Knowledge()
    estate = found.estate
    knowledge.learn(estate, ())
    ports = _ports(place, knowledge, stack)
    refuse_pretend_parts(ports)
    gauges = Gauges()
    given = replace(
        options(settings, estate, place.version), own_places=own_places(settings, place.data_dir)
    )
    app = Watchkeeper(ports, given, gauges, knowledge)
    running = Running(
        settings=settings,
        data_dir=place.data_dir,
        version=place.version,
        started_at=ports.clock.now(),
        journal=ports.journal,
        page=ports.page,
        clock=ports.clock,
        identifiers=ports.identifiers,
        knowledge=knowledge,
        gauges=gauges,
        reload=lambda: _reloaded(place, app),
    )
    entries = (await ports.journal.head()).size
    stops = (
        stopped_for_its_place(place.data_dir, entries, ports.page),
        await stopped_for_its_ledger(ports.journal, ports.hands, ports.page),
    )
    for why in filter(None, stops):
        log.error("starts_killed", why=why)
    stack.push_async_callback(app.stop)
    narration = Narration(ports.journal, entries)
    await app.start()
    await _taken(app, place.data_dir, found)
    app.tasks.keep("narration", narration.run)
    app.tasks.keep("provenance", lambda: _place_noted(app, place.data_dir))
    upkeep.begin(app, settings, place.data_dir, stack)
    if settings.estate is not None or settings.estate_sources:
        app.tasks.keep("estate", _estate_watch(place, app).run)
    await surfaces(running)


def options(settings: Settings, estate: Estate, version: str) -> Options:
    """The settings as the core wants them."""
    monitoring, incidents = settings.monitoring, settings.incidents
    rules = read_thresholds(monitoring.thresholds) if monitoring.thresholds else read_thresholds()
    return Options(
        estate=estate,
        rules=rules,
        pace=Pace(
            cycle_seconds=monitoring.cycle_seconds,
            intensified_seconds=min(monitoring.intensified_seconds, monitoring.cycle_seconds),
            quiet_cycles=monitoring.quiet_cycles,
        ),
        times=Times(
            approval=timedelta(seconds=incidents.approval_seconds),
            verification=timedelta(seconds=incidents.verification_seconds),
        ),
        approvals=ApprovalRules(
            people=People(accounts=tuple(each.account for each in settings.people)),
            escalation=settings.approvals.escalation,
            four_eyes=frozenset(settings.approvals.four_eyes),
        ),
        own_server=min(local_servers(estate), default=""),
        cautious=frozenset(incidents.cautious_classes),
        version=version,
        configuration_digest=settings.digest,
        estate_digest=estate_digest(estate),
    )


def _ports(place: _Place, knowledge: Knowledge, stack: AsyncExitStack) -> Ports:
    settings, data_dir = place.settings, place.data_dir
    clock = SystemClock()
    crew = ThreadCrew(threads=2)
    looking = ThreadCrew(threads=4)  # a look at this host may hang, in a dead network mount
    stack.push_async_callback(crew.close)
    stack.push_async_callback(looking.close)
    page = FileKillPage(data_dir / KILL_PAGE)
    page.create()
    journal = SqlJournal(data_dir, FOLDS, clock)
    stack.push_async_callback(journal.close)
    host = ThisHost(lambda: knowledge.estate().estate)
    playbooks = FilePlaybooks()
    metrics = metric_sources(settings, host, clock, looking)
    evidence = evidence_sources(settings, metrics, clock, looking)
    stack.push_async_callback(close_sources, (*metrics, *evidence))
    reach = reach_of(settings, host.is_here, knowledge)
    hands = AnsibleAutomation(data_dir / JOBS, playbooks, data_dir / KILL_PAGE, reach)
    seal = authority_key(data_dir)
    return Ports(
        journal=journal,
        clock=clock,
        identifiers=UlidIdentifiers(clock),
        page=page,
        runbooks=runbooks_of(settings, playbooks),
        calendars=calendars_of(settings),
        eyes=Eyes(
            crew=crew,
            metrics=metrics,
            evidence=evidence,
            logs=(HostLogs(host.is_here, looking),),
            inspector=Inspectors(
                is_here=host.is_here,
                here=HostInspector(host, looking),
                elsewhere=SshInspector(reach.row, lookers_of(settings)),
            ),
            reasoner=DeterministicReasoner(),
        ),
        bench=Bench(templates=hands, seal=seal),
        hands=Hands(
            automation=hands,
            seal=authority_check(data_dir),
            ledger=SpentLedger(data_dir / LEDGER),
        ),
    )


def metric_sources(
    settings: Settings, host: ThisHost, clock: Clock, crew: Crew
) -> Sequence[Metrics]:
    """The sources of the settings, in their order; without any, this host itself."""
    made: list[Metrics] = []
    for source in settings.sources:
        if isinstance(source, PrometheusSource):
            made.append(PrometheusMetrics(endpoint_of(source), clock, crew))
        else:
            made.append(HostMetrics(host, clock, crew))
    return tuple(made) or (HostMetrics(host, clock, crew),)


def evidence_sources(
    settings: Settings, metrics: Sequence[Metrics], clock: Clock, crew: Crew
) -> Sequence[Metrics]:
    """The same sources as incidents ask them: those with credentials of their own apart."""
    own = {
        source.name: PrometheusMetrics(incidents_endpoint_of(source), clock, crew)
        for source in settings.sources
        if isinstance(source, PrometheusSource) and source.incidents_token.given
    }
    return tuple(own.get(each.name, each) for each in metrics)


async def close_sources(sources: Sequence[Metrics]) -> None:
    """Let go of the sources' connections."""
    for source in sources:
        if isinstance(source, PrometheusMetrics):
            await source.close()


async def _place_noted(app: Watchkeeper, folder: Path) -> None:
    """Note from time to time how far the journal has come: one that was put back then shows."""
    while True:
        await asyncio.sleep(PLACE_EVERY_SECONDS)
        note_its_place(folder, (await app.ports.journal.head()).size)


async def _reloaded(place: _Place, app: Watchkeeper) -> str:
    """Read the estate and the runbooks again; what cannot be read leaves the old ones in force."""
    found = await reconciled_estate(place.settings)
    estate = found.estate
    await app.reload(estate)
    await _taken(app, place.data_dir, found)
    in_force = (
        f"{len(estate.servers)} servers, {len(estate.services)} services, "
        f"{len(app.knowledge.runbooks())} runbooks"
    )
    calendars = app.ports.calendars
    return f"{in_force}, {await calendars.read()}" if calendars else in_force


async def _taken(app: Watchkeeper, data_dir: Path, found: Reconciled) -> None:
    """This estate is in force: written down where it changed, and counted for /metrics."""
    ports = app.ports
    await adopted(ports.journal, ports.identifiers, data_dir, found)
    app.gauges.estate = estate_counts(found)


def _estate_watch(place: _Place, app: Watchkeeper) -> EstateWatch:
    return EstateWatch(
        lambda: reconciled_estate(place.settings),
        lambda: app.knowledge.estate().estate,
        app.gauges,
    )
