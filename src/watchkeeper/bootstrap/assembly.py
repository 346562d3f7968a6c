"""The program put together from its ports: the same one for a real host and for the simulation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from watchkeeper.bootstrap.lookout import Lookout
from watchkeeper.bootstrap.running import Gauges
from watchkeeper.domain.entry import Actor, ActorKind, AnyFold, Draft
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.actions import ChangeRequested, LaunchRequested
from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.domain.events.incidents import (
    CheckRequested,
    EvidenceRequested,
    InvestigationRequested,
    PostMortemRequested,
)
from watchkeeper.domain.events.installation import INSTALLATION, ClockJumped, InstallationStarted
from watchkeeper.domain.threshold import Thresholds
from watchkeeper.engine.consume import Consumer
from watchkeeper.engine.deadline import within
from watchkeeper.engine.intents import Intents
from watchkeeper.engine.launch import Launch
from watchkeeper.engine.machine import Machine, Performers
from watchkeeper.engine.reconcile import Reconciler
from watchkeeper.engine.supervise import Crew as Tasks
from watchkeeper.governance.action_course import Seen as ActionSeen
from watchkeeper.governance.action_course import decide as decide_action
from watchkeeper.governance.action_fold import ACTION_FOLD, ActionState
from watchkeeper.governance.authority import AUTHORITY_FOLD, Authority
from watchkeeper.governance.context import Context, Freeze
from watchkeeper.governance.limits import Times
from watchkeeper.incidents.checks import Check
from watchkeeper.incidents.evidence import Gather
from watchkeeper.incidents.incident_fold import INCIDENT_FOLD, IncidentState
from watchkeeper.incidents.lifecycle import Seen as IncidentSeen
from watchkeeper.incidents.lifecycle import decide as decide_incident
from watchkeeper.incidents.post_mortem import WriteUp
from watchkeeper.knowledge.change_fold import CHANGE_FOLD
from watchkeeper.knowledge.estate_fold import ESTATE_FOLD
from watchkeeper.knowledge.event_fold import EVENT_FOLD
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.monitoring.alert_fold import ALERT_FOLD
from watchkeeper.monitoring.cycle import Cycle, Watch
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.monitoring.source_fold import SOURCE_FOLD
from watchkeeper.orchestration.change_register import open_record
from watchkeeper.orchestration.investigation import Investigate
from watchkeeper.orchestration.router import Router
from watchkeeper.ports.automation import Automation
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.inspector import Inspector
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage
from watchkeeper.ports.library import RunbookSource
from watchkeeper.ports.logs import Logs
from watchkeeper.ports.metrics import Metrics
from watchkeeper.ports.reasoner import Reasoner

log = structlog.get_logger()

FOLDS: tuple[AnyFold, ...] = (
    ALERT_FOLD,
    SOURCE_FOLD,
    EVENT_FOLD,
    INCIDENT_FOLD,
    ACTION_FOLD,
    AUTHORITY_FOLD,
    CHANGE_FOLD,
    ESTATE_FOLD,
)
MONITORING = Actor(kind=ActorKind.AGENT, name="monitoring")
INCIDENTS = Actor(kind=ActorKind.AGENT, name="incidents")
ORCHESTRATION = Actor(kind=ActorKind.AGENT, name="orchestration")
ENGINE = Actor(kind=ActorKind.SYSTEM, name="engine")
ROUTER = "router"


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Everything of the world that the program needs."""

    journal: Journal
    clock: Clock
    identifiers: Identifiers
    crew: Crew
    page: KillPage
    metrics: Sequence[Metrics]
    logs: Sequence[Logs]
    inspector: Inspector
    automation: Automation
    runbooks: RunbookSource
    reasoner: Reasoner


@dataclass(frozen=True, kw_only=True)
class Options:
    """What an operator may set, and what this installation is."""

    estate: Estate
    rules: Thresholds
    pace: Pace = field(default_factory=Pace)
    times: Times = field(default_factory=Times)
    freezes: tuple[Freeze, ...] = ()
    own_server: str = ""
    worker: str = "all"
    version: str = ""
    configuration_digest: str = ""
    estate_digest: str = ""


class Watchkeeper:
    """One running installation: the monitoring cycle, the router and the durable loop."""

    def __init__(
        self,
        ports: Ports,
        options: Options,
        gauges: Gauges | None = None,
        knowledge: Knowledge | None = None,
    ) -> None:
        self.ports = ports
        self.options = options
        self.gauges = gauges or Gauges()
        self.tasks = Tasks()
        self.knowledge = knowledge or Knowledge()
        self.watch: Watch | None = None
        self.lookout = Lookout(
            ports.journal, ports.identifiers, ports.crew, self.knowledge, options.pace
        )
        self.reconciler = self._reconciler()

    async def start(self) -> None:
        """Say that it starts, then keep every part going."""
        ports, options = self.ports, self.options
        await self.reload(options.estate)
        started = InstallationStarted(
            version=options.version,
            configuration_digest=options.configuration_digest,
            estate_digest=options.estate_digest,
            servers=len(options.estate.servers),
            services=len(options.estate.services),
        )
        await ports.journal.append(ENGINE, (Draft(stream=INSTALLATION, body=started),))
        router = Router(
            journal=ports.journal, identifiers=ports.identifiers, estate=self.knowledge.estate
        )
        consumer = Consumer(
            name=ROUTER,
            actor=ORCHESTRATION,
            journal=ports.journal,
            handle=router,
            crew=self.tasks,
        )
        self.tasks.keep("reconciler", self.reconciler.run)
        self.tasks.keep("router", consumer.run)
        self.tasks.keep("monitoring", self._monitor)

    async def stop(self) -> None:
        """End every task; what is written stays written."""
        await self.tasks.stop()

    async def reload(self, estate: Estate) -> None:
        """Take this estate, and the runbooks as they lie on disk now."""
        self.knowledge.learn(estate, await self.ports.runbooks.runbooks())
        if self.watch:
            self.watch.adopt(self.knowledge.estate())

    async def report_jump(self, seconds: float) -> None:
        """The wall clock moved: in the journal, for people."""
        await self.ports.journal.append(
            ENGINE, (Draft(stream=INSTALLATION, body=ClockJumped(seconds=seconds)),)
        )

    async def _monitor(self) -> None:
        """For ever: a cycle, its entries, and a wait for the next."""
        ports = self.ports
        self.watch = Watch(
            sources=ports.metrics,
            logs=ports.logs,
            estate=self.knowledge.estate(),
            rules=self.options.rules,
            streams=ports.journal,
            identifiers=ports.identifiers,
            crew=ports.crew,
            within=within,
            pace=self.options.pace,
        )
        await self.watch.back_fill(ports.clock.now())
        while True:
            now = ports.clock.now()
            cycle = await self.watch.cycle(now)
            await self._told(cycle)
            self._measured(cycle)
            self.gauges.counts |= await self.lookout.attend(cycle)
            soonest = now + timedelta(seconds=self.options.pace.intensified_seconds / 10)
            await ports.clock.sleep_until(max(self.watch.due_at(now), soonest))

    async def _told(self, cycle: Cycle) -> None:
        """Write a cycle's news; one that lost a race is judged again in the next cycle."""
        for draft in cycle.drafts:
            wanted = getattr(draft.body, "details", "")
            blobs = tuple(blob for blob in cycle.blobs if blob.digest == wanted)
            try:
                await self.ports.journal.append(MONITORING, (draft,), blobs)
            except StaleRevision:
                log.info("alert_decided_on_old_news", stream=draft.stream)

    def _measured(self, cycle: Cycle) -> None:
        """What the last cycle was like, for /metrics."""
        gauges, ended = self.gauges, self.ports.clock.now()
        gauges.cycles += 1
        gauges.cycle_at = ended
        gauges.cycle_seconds = (ended - cycle.at).total_seconds()
        gauges.counts = {
            "series": float(cycle.series),
            "anomalies": float(len(cycle.anomalies)),
            "gaps": float(len(cycle.gaps)),
            "unlisted_instances": float(len(cycle.unlisted)),
            "failing_sources": float(len(cycle.failing)),
            "failing_tasks": float(len(self.tasks.failures)),
            "parked_streams": float(len(self.reconciler.parked)),
        }

    def _reconciler(self) -> Reconciler:
        ports, worker = self.ports, self.options.worker
        actors = {"incident": INCIDENTS, "action": ENGINE}
        intents = Intents(
            journal=ports.journal,
            performers=self._performers(),
            crew=self.tasks,
            actors=actors,
            worker=worker,
        )
        machines = {
            "incident": Machine(
                fold=INCIDENT_FOLD, look=self._look_at_incident, decide=decide_incident
            ),
            "action": Machine(fold=ACTION_FOLD, look=self._look_at_action, decide=decide_action),
        }
        return Reconciler(
            journal=ports.journal,
            clock=ports.clock,
            machines=machines,
            actors=actors,
            intents=intents,
            crew=self.tasks,
            worker=worker,
        )

    def _performers(self) -> Performers:
        ports, estate = self.ports, self.knowledge.estate
        return {
            EvidenceRequested: Gather(
                metrics=ports.metrics,
                logs=ports.logs,
                inspector=ports.inspector,
                journal=ports.journal,
                clock=ports.clock,
                identifiers=ports.identifiers,
                estate=estate,
            ),
            InvestigationRequested: Investigate(
                reasoner=ports.reasoner,
                journal=ports.journal,
                clock=ports.clock,
                identifiers=ports.identifiers,
                estate=estate,
                runbooks=self.knowledge.runbooks,
            ),
            CheckRequested: Check(
                inspector=ports.inspector,
                clock=ports.clock,
                identifiers=ports.identifiers,
                estate=estate,
            ),
            PostMortemRequested: WriteUp(
                journal=ports.journal, identifiers=ports.identifiers, estate=estate
            ),
            ChangeRequested: open_record,
            LaunchRequested: Launch(
                journal=ports.journal,
                automation=ports.automation,
                clock=ports.clock,
                identifiers=ports.identifiers,
                page=ports.page,
            ),
        }

    async def _look_at_incident(self, _: IncidentState) -> IncidentSeen:
        return IncidentSeen(
            estate=self.knowledge.estate(),
            runbooks=self.knowledge.runbooks(),
            times=self.options.times,
        )

    async def _look_at_action(self, state: ActionState) -> ActionSeen:
        """The gates' context: the authority fold as it is now, the library as it is on disk now."""
        ports, action = self.ports, state.action
        held = await ports.journal.held(AUTHORITY)
        templates = await ports.automation.templates()
        context = Context(
            now=ports.clock.now(),
            authority=held.state if held else Authority(),
            estate=self.knowledge.estate(),
            runbook=self.knowledge.runbooks().get(action.runbook) if action else None,
            templates={template.name: template.digest for template in templates},
            own_server=self.options.own_server,
            page_engaged=ports.page.engaged(),
            freezes=self.options.freezes,
            cited=tuple(name for name, _ in state.cited),
            incident_autonomous=state.autonomous,
            health=await self.lookout.health(ports.clock.now()),
            lost_sources=await self._lost_sources(),
        )
        return ActionSeen(
            context=context,
            executor=ports.automation.name,
            surroundings=await ports.automation.surroundings(),
            times=self.options.times,
        )

    async def _lost_sources(self) -> tuple[str, ...]:
        """The metric sources that do not answer; one that is not asked any more is not missed."""
        asked = {source.name for source in self.ports.metrics}
        lost = await self.ports.journal.open_streams(SOURCE_FOLD.prefix)
        return tuple(s for s in (each.state.source for each in lost if each.readable) if s in asked)
