"""What the cycles tell of the estate itself: which servers are dark, which services are well."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from watchkeeper.domain.blob import sealed
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.events.estate import ESTATE, DarkServersChanged
from watchkeeper.knowledge.darkness import Darkness
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.health import HealthBoard, Probed, accused
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.monitoring.cycle import Cycle
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal

log = structlog.get_logger()

MONITORING = Actor(kind=ActorKind.AGENT, name="monitoring")
FRESH_CYCLES = 2.5  # a probe's answer older than this many cycles says nothing


class Lookout:
    """Counts from cycle to cycle; only what changed among the dark servers is journalled."""

    def __init__(
        self,
        journal: Journal,
        identifiers: Identifiers,
        knowledge: Knowledge,
        pace: Pace,
    ) -> None:
        self._journal = journal
        self._identifiers = identifiers
        self._knowledge = knowledge
        self._pace = pace
        self._darkness = Darkness()
        self._cycles = 0  # whole ones since the start
        self._told: frozenset[str] | None = None  # the dark ones as the journal has them
        self._probes: Mapping[str, Probed] = {}

    async def attend(self, cycle: Cycle, crew: Crew) -> Mapping[str, float]:
        """Take a cycle in; the gauges that it moves."""
        graph = self._knowledge.estate()
        self._probes = await crew.run(_probed, self._probes, cycle, graph)
        if cycle.whole:
            self._cycles += 1
            self._darkness = await crew.run(_darkened, self._darkness, cycle, graph)
            await self._tell_of_dark()
        return {"dark_servers": float(len(self._darkness.dark))}

    async def health(self, now: datetime) -> HealthBoard:
        """What is known of every service now, by its probe and by the alerts that are open.

        In a process that has not watched, no probe is known: nothing is healthy there.
        """
        graph = self._knowledge.estate()
        alerts = [h.state for h in await self._journal.open_streams("alert") if h.readable]
        named = (anomaly for alert in alerts for anomaly in alert.anomalies)
        return HealthBoard(
            now=now,
            fresh_for=timedelta(seconds=self._pace.cycle_seconds * FRESH_CYCLES),
            probes=self._probes,
            accused=accused(graph, named),
        )

    async def _tell_of_dark(self) -> None:
        """Journal other dark servers than before; nobody can be dark in the first cycles."""
        if self._cycles < self._darkness.after:
            return
        dark = self._darkness.dark
        if dark == self._told or (not dark and await self._none_was_told()):
            self._told = dark
            return
        blob = sealed("\n".join(sorted(dark)), self._identifiers.salt())
        said = DarkServersChanged(
            dark=len(dark), cycles=self._darkness.after, names=blob.digest if dark else ""
        )
        draft = Draft(stream=ESTATE, body=said)
        await self._journal.append(MONITORING, (draft,), (blob,) if dark else ())
        self._told = dark
        log.info("dark_servers_changed", dark=len(dark))

    async def _none_was_told(self) -> bool:
        """Whether the journal, too, has no dark server; it outlives a restart."""
        held = await self._journal.held(ESTATE)
        return held is None or not held.readable or not held.state.dark


def _probed(before: Mapping[str, Probed], cycle: Cycle, graph: EstateGraph) -> Mapping[str, Probed]:
    told = {name: Probed(answers=up, at=cycle.at) for name, up in cycle.probes.items()}
    return {name: probed for name, probed in {**before, **told}.items() if name in graph.services}


def _darkened(before: Darkness, cycle: Cycle, graph: EstateGraph) -> Darkness:
    return before.after_cycle(graph.servers, cycle.heard, believed=not cycle.failing)
