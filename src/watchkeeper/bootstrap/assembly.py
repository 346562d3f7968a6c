"""A process put together from its ports: on a real host and in the simulation the same way."""

from watchkeeper.bootstrap.agents import Agents
from watchkeeper.bootstrap.authority import Judge
from watchkeeper.bootstrap.executor import executor
from watchkeeper.bootstrap.lookout import Lookout
from watchkeeper.bootstrap.options import Options
from watchkeeper.bootstrap.part import Part
from watchkeeper.bootstrap.ports import Ports
from watchkeeper.bootstrap.running import Gauges
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.installation import INSTALLATION, InstallationStarted
from watchkeeper.engine.intents import Intents
from watchkeeper.engine.reconcile import Reconciler
from watchkeeper.engine.supervise import Crew as Tasks
from watchkeeper.knowledge.standing import Knowledge

PROCESS = Actor(kind=ActorKind.SYSTEM, name="engine")


class Watchkeeper:
    """One process: the parts that its ports make it, over one durable loop."""

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
        self.lookout = Lookout(ports.journal, ports.identifiers, self.knowledge, options.pace)
        self.agents = self._agents()
        self.parts = self._parts()
        self.reconciler = self._reconciler()
        self.gauges.ask(self._measured)

    async def start(self) -> None:
        """Say that it starts, then keep every part going."""
        options = self.options
        await self.reload(options.estate)
        started = InstallationStarted(
            version=options.version,
            configuration_digest=options.configuration_digest,
            estate_digest=options.estate_digest,
            servers=len(options.estate.servers),
            services=len(options.estate.services),
        )
        await self.ports.journal.append(PROCESS, (Draft(stream=INSTALLATION, body=started),))
        self.tasks.keep("reconciler", self.reconciler.run)
        for part in self.parts:
            for name, loop in part.loops.items():
                self.tasks.keep(name, loop)

    async def stop(self) -> None:
        """End every task; what is written stays written."""
        await self.tasks.stop()

    async def reload(self, estate: Estate) -> None:
        """Take this estate, and the runbooks as they lie on disk now."""
        self.knowledge.learn(estate, await self.ports.runbooks.runbooks())
        if self.agents:
            self.agents.adopt()

    def _agents(self) -> Agents | None:
        ports = self.ports
        if ports.eyes is None:
            return None
        return Agents(
            ports,
            ports.eyes,
            self.options,
            knowledge=self.knowledge,
            lookout=self.lookout,
            gauges=self.gauges,
            tasks=self.tasks,
        )

    def _parts(self) -> tuple[Part, ...]:
        ports = self.ports
        parts: list[Part] = []
        if self.agents:
            parts.append(self.agents.part())
        if ports.bench:
            parts.append(
                Judge(ports, ports.bench, self.options, self.knowledge, self.lookout).part()
            )
        if ports.hands:
            parts.append(executor(ports, ports.hands))
        return tuple(parts)

    def _reconciler(self) -> Reconciler:
        ports = self.ports
        intents = Intents(
            journal=ports.journal,
            duties={kind: duty for part in self.parts for kind, duty in part.duties.items()},
            crew=self.tasks,
            role="+".join(part.name for part in self.parts),
            worker=self.options.worker,
        )
        return Reconciler(
            journal=ports.journal,
            clock=ports.clock,
            machines={name: made for part in self.parts for name, made in part.machines.items()},
            intents=intents,
            crew=self.tasks,
        )

    def _measured(self) -> dict[str, float]:
        """What the durable loop is like, for /metrics."""
        return {
            "failing_tasks": float(len(self.tasks.failures)),
            "parked_streams": float(len(self.reconciler.parked)),
        }
