"""The authority: it judges what is proposed, and is the only one who mints."""

from datetime import timedelta

from watchkeeper.bootstrap.lookout import Lookout
from watchkeeper.bootstrap.options import Options
from watchkeeper.bootstrap.part import Part
from watchkeeper.bootstrap.ports import Bench, Ports
from watchkeeper.domain.almanac import NOTHING_PLANNED, Almanac
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.events.actions import ChangeRequested
from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.domain.events.sources import event_source
from watchkeeper.engine.machine import Duty, Machine
from watchkeeper.governance.action_course import Seen, decide
from watchkeeper.governance.action_fold import ACTION_FOLD, ActionState
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.citations import Citation, citation_of
from watchkeeper.governance.context import Context, ToldChange
from watchkeeper.knowledge.event_fold import EVENT_FOLD
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.monitoring.source_fold import SOURCE_FOLD
from watchkeeper.orchestration.change_register import open_record
from watchkeeper.ports.errors import SourceUnavailable

INSTANT = timedelta(seconds=1)
CHANGE = "change"  # the kind of event that tells of somebody at work
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
            almanac=await self._almanac(),
            citations=await self._citations(state),
            told_changes=await self._told_changes(),
            incident_autonomous=state.autonomous,
            health=await self._lookout.health(ports.clock.now()),
            unfit=ports.fitness.wrong,
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

    async def _almanac(self) -> Almanac:
        """What the calendars say of this instant."""
        calendars, now = self._ports.calendars, self._ports.clock.now()
        if calendars is None:
            return NOTHING_PLANNED
        try:
            return await calendars.between(now, now + INSTANT)
        except SourceUnavailable as gone:
            return Almanac(unreadable=(str(gone),))

    async def _citations(self, state: ActionState) -> tuple[Citation, ...]:
        """What stands where the action says; a place that says nothing of it counts for nothing."""
        found = []
        for name, position in state.cited:
            entries = await self._ports.journal.entries(after=position - 1, limit=1)
            at_it = (entry for entry in entries if entry.position == position)
            found += [citation_of(entry, name) for entry in at_it]
        return tuple(each for each in found if each is not None)

    async def _told_changes(self) -> tuple[ToldChange, ...]:
        """The changes that other systems told of lately."""
        held = await self._ports.journal.open_streams(EVENT_FOLD.prefix)
        return tuple(
            ToldChange(
                source=event_source(each.stream), item=told.item, happened_at=told.happened_at
            )
            for each in held
            if each.readable
            for told in each.state.recent
            if told.event == CHANGE
        )

    async def _lost_sources(self) -> tuple[str, ...]:
        """The metric sources that do not answer; one that is not asked any more is not missed."""
        lost = await self._ports.journal.open_streams(SOURCE_FOLD.prefix)
        names = (each.state.source for each in lost if each.readable)
        return tuple(name for name in names if name in self._sources)
