"""The agents: they watch, understand and propose, and touch nothing."""

from datetime import timedelta

import structlog

from watchkeeper.bootstrap.lookout import Lookout
from watchkeeper.bootstrap.options import Options
from watchkeeper.bootstrap.part import Part
from watchkeeper.bootstrap.ports import Eyes, Ports
from watchkeeper.bootstrap.running import Gauges
from watchkeeper.domain.entry import Actor, ActorKind, Body
from watchkeeper.domain.events.actions import ChecksRequested
from watchkeeper.domain.events.incidents import (
    CheckRequested,
    EvidenceRequested,
    InvestigationRequested,
    PostMortemRequested,
)
from watchkeeper.engine.consume import Consumer
from watchkeeper.engine.deadline import within
from watchkeeper.engine.machine import Duty, Machine, Performer
from watchkeeper.engine.supervise import Crew as Tasks
from watchkeeper.governance.action_fold import ACTION_FOLD
from watchkeeper.incidents.checks import Check
from watchkeeper.incidents.evidence import Gather
from watchkeeper.incidents.incident_fold import INCIDENT_FOLD, IncidentState
from watchkeeper.incidents.lifecycle import Seen, decide
from watchkeeper.incidents.post_mortem import WriteUp
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.monitoring.cycle import Cycle, Watch
from watchkeeper.orchestration.investigation import Investigate
from watchkeeper.orchestration.router import Router
from watchkeeper.ports.errors import StaleRevision

log = structlog.get_logger()

MONITORING = Actor(kind=ActorKind.AGENT, name="monitoring")
INCIDENTS = Actor(kind=ActorKind.AGENT, name="incidents")
ORCHESTRATION = Actor(kind=ActorKind.AGENT, name="orchestration")
ROUTER = "router"


class Agents:
    """The monitoring cycle, the router and the incidents."""

    def __init__(  # noqa: PLR0913 what they see with, and what they know
        self,
        ports: Ports,
        eyes: Eyes,
        options: Options,
        *,
        knowledge: Knowledge,
        lookout: Lookout,
        gauges: Gauges,
        tasks: Tasks,
    ) -> None:
        self._ports = ports
        self._eyes = eyes
        self._options = options
        self._knowledge = knowledge
        self._lookout = lookout
        self._gauges = gauges
        self._tasks = tasks
        self.watch: Watch | None = None

    def part(self) -> Part:
        """The part that watches, understands and proposes."""
        machine = Machine(by=INCIDENTS, fold=INCIDENT_FOLD, look=self._look, decide=decide)
        return Part(
            name="agents",
            machines={INCIDENT_FOLD.prefix: machine},
            duties={
                kind: Duty(stream=INCIDENT_FOLD.prefix, by=INCIDENTS, perform=performer)
                for kind, performer in self._performers().items()
            }
            | {
                ChecksRequested: Duty(
                    stream=ACTION_FOLD.prefix, by=INCIDENTS, perform=self._check().again
                )
            },
            loops={"router": self._consumer().run, "monitoring": self._monitor},
        )

    def adopt(self) -> None:
        """Watch the estate as it is known now."""
        if self.watch:
            self.watch.adopt(self._knowledge.estate())

    def _consumer(self) -> Consumer:
        ports = self._ports
        router = Router(
            journal=ports.journal,
            clock=ports.clock,
            identifiers=ports.identifiers,
            estate=self._knowledge.estate,
        )
        return Consumer(
            name=ROUTER,
            actor=ORCHESTRATION,
            journal=ports.journal,
            handle=router,
            crew=self._tasks,
        )

    async def _monitor(self) -> None:
        """For ever: a cycle, its entries, and a wait for the next."""
        clock, pace = self._ports.clock, self._options.pace
        self.watch = self._watching()
        await self.watch.back_fill(clock.now())
        while True:
            now = clock.now()
            cycle = await self.watch.cycle(now)
            await self._told(cycle)
            self._measured(cycle)
            self._gauges.counts |= await self._lookout.attend(cycle, self._eyes.crew)
            soonest = now + timedelta(seconds=pace.intensified_seconds / 10)
            await clock.sleep_until(max(self.watch.due_at(now), soonest))

    def _watching(self) -> Watch:
        eyes = self._eyes
        return Watch(
            sources=eyes.metrics,
            logs=eyes.logs,
            estate=self._knowledge.estate(),
            rules=self._options.rules,
            streams=self._ports.journal,
            identifiers=self._ports.identifiers,
            crew=eyes.crew,
            within=within,
            pace=self._options.pace,
        )

    async def _told(self, cycle: Cycle) -> None:
        """Write a cycle's news; one that lost a race is judged again in the next cycle."""
        for draft in cycle.drafts:
            wanted = getattr(draft.body, "details", "")
            blobs = tuple(blob for blob in cycle.blobs if blob.digest == wanted)
            try:
                await self._ports.journal.append(MONITORING, (draft,), blobs)
            except StaleRevision:
                log.info("alert_decided_on_old_news", stream=draft.stream)

    def _measured(self, cycle: Cycle) -> None:
        """What the last cycle was like, for /metrics."""
        gauges, ended = self._gauges, self._ports.clock.now()
        gauges.cycles += 1
        gauges.cycle_at = ended
        gauges.cycle_seconds = (ended - cycle.at).total_seconds()
        gauges.counts |= {
            "series": float(cycle.series),
            "anomalies": float(len(cycle.anomalies)),
            "gaps": float(len(cycle.gaps)),
            "unlisted_instances": float(len(cycle.unlisted)),
            "failing_sources": float(len(cycle.failing)),
        }

    def _performers(self) -> dict[type[Body], Performer]:
        ports, eyes, estate = self._ports, self._eyes, self._knowledge.estate
        return {
            EvidenceRequested: Gather(
                metrics=eyes.evidence or eyes.metrics,
                logs=eyes.logs,
                inspector=eyes.inspector,
                journal=ports.journal,
                clock=ports.clock,
                identifiers=ports.identifiers,
                estate=estate,
            ),
            InvestigationRequested: Investigate(
                reasoner=eyes.reasoner,
                journal=ports.journal,
                clock=ports.clock,
                identifiers=ports.identifiers,
                estate=estate,
                runbooks=self._knowledge.runbooks,
            ),
            CheckRequested: self._check(),
            PostMortemRequested: WriteUp(
                journal=ports.journal, identifiers=ports.identifiers, estate=estate
            ),
        }

    def _check(self) -> Check:
        return Check(
            inspector=self._eyes.inspector,
            clock=self._ports.clock,
            identifiers=self._ports.identifiers,
            estate=self._knowledge.estate,
        )

    async def _look(self, _: IncidentState) -> Seen:
        return Seen(
            estate=self._knowledge.estate(),
            runbooks=self._knowledge.runbooks(),
            times=self._options.times,
        )
