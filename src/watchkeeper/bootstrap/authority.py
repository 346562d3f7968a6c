"""The authority: it judges what is proposed, and is the only one who mints."""

from watchkeeper.bootstrap.lookout import Lookout
from watchkeeper.bootstrap.options import Options
from watchkeeper.bootstrap.part import Part
from watchkeeper.bootstrap.ports import Bench, Ports
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.events.actions import ChangeRequested
from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.engine.machine import Duty, Machine
from watchkeeper.governance.action_course import Seen, decide
from watchkeeper.governance.action_fold import ACTION_FOLD, ActionState
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.context import Context
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.monitoring.source_fold import SOURCE_FOLD
from watchkeeper.orchestration.change_register import open_record

THE_AUTHORITY = Actor(kind=ActorKind.AUTHORITY, name="authority")


class Judge:
    """Looks at everything that the gates want to know, for the action at hand."""

    def __init__(
        self,
        ports: Ports,
        bench: Bench,
        options: Options,
        knowledge: Knowledge,
        lookout: Lookout,
    ) -> None:
        self._ports = ports
        self._bench = bench
        self._options = options
        self._knowledge = knowledge
        self._lookout = lookout
        eyes, hands = ports.eyes, ports.hands
        self._executor = hands.automation.name if hands else options.executor
        self._sources = frozenset(one.name for one in eyes.metrics) if eyes else options.sources

    def part(self) -> Part:
        """The part that judges, mints and opens change records."""
        machine = Machine(by=THE_AUTHORITY, fold=ACTION_FOLD, look=self._look, decide=decide)
        duty = Duty(stream=ACTION_FOLD.prefix, by=THE_AUTHORITY, perform=open_record)
        return Part(
            name="authority",
            machines={ACTION_FOLD.prefix: machine},
            duties={ChangeRequested: duty},
        )

    async def _look(self, state: ActionState) -> Seen:
        """The gates' context: the authority fold as it is now, the library as it is on disk now."""
        ports, options, action = self._ports, self._options, state.action
        held = await ports.journal.held(AUTHORITY)
        templates = await self._bench.templates.templates()
        context = Context(
            now=ports.clock.now(),
            authority=held.state if held else Authority(),
            estate=self._knowledge.estate(),
            runbook=self._knowledge.runbooks().get(action.runbook) if action else None,
            templates={template.name: template.digest for template in templates},
            own_server=options.own_server,
            own_places=options.own_places,
            cautious=options.cautious,
            page_engaged=ports.page.engaged(),
            freezes=options.freezes,
            cited=tuple(name for name, _ in state.cited),
            incident_autonomous=state.autonomous,
            health=await self._lookout.health(ports.clock.now()),
            lost_sources=await self._lost_sources(),
        )
        return Seen(
            context=context,
            executor=self._executor,
            surroundings=await self._bench.templates.surroundings(),
            times=options.times,
            sign=self._bench.seal.sign,
            rules=options.approvals,
        )

    async def _lost_sources(self) -> tuple[str, ...]:
        """The metric sources that do not answer; one that is not asked any more is not missed."""
        lost = await self._ports.journal.open_streams(SOURCE_FOLD.prefix)
        names = (each.state.source for each in lost if each.readable)
        return tuple(name for name in names if name in self._sources)
