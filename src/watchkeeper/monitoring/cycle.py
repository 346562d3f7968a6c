"""The cycle: gather → score → correlate → precursor → fuse → deduplicate → enrich → route."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.readings import Gap, Readings, Targets
from watchkeeper.domain.threshold import Thresholds
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.monitoring.back_fill import BackFilled, filled, histories, questions
from watchkeeper.monitoring.deduplicate import News
from watchkeeper.monitoring.enrich import Within, details
from watchkeeper.monitoring.gather import gather, narrowed, servers_of
from watchkeeper.monitoring.memory import Memory
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.monitoring.observe import Asked, observe
from watchkeeper.monitoring.recall import Streams, placed, recall
from watchkeeper.monitoring.route import route
from watchkeeper.monitoring.sources import told as told_of_sources
from watchkeeper.monitoring.terms import Terms
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.logs import Logs
from watchkeeper.ports.metrics import Metrics


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """What one cycle wants written, and what it saw.

    Each draft stands alone: one that loses a race (StaleRevision) is decided again, from the
    journal, in the next cycle.
    """

    at: datetime
    drafts: tuple[Draft, ...]
    blobs: tuple[Blob, ...]
    readings: tuple[Readings, ...]
    anomalies: tuple[Anomaly, ...]  # that persist now, worst first
    gaps: tuple[Gap, ...]
    unlisted: tuple[str, ...]
    failing: tuple[str, ...]  # sources that could not be believed in this cycle
    flapping: tuple[str, ...]  # fingerprints of active alerts raised again and again
    intensified: tuple[str, ...]
    whole: bool  # False: only the intensified servers were asked about
    series: int
    heard: frozenset[str]  # servers of which a believed source said anything
    probes: Mapping[str, bool]  # service → whether it answers, where a believed source said so
    jumped_seconds: float


@dataclass(kw_only=True)
class Watch:
    """Watches an estate. It appends nothing: the caller does, and wakes it at ``due_at``."""

    sources: Sequence[Metrics]
    logs: Sequence[Logs]
    estate: EstateGraph
    rules: Thresholds
    streams: Streams
    identifiers: Identifiers
    crew: Crew
    within: Within
    pace: Pace = field(default_factory=Pace)
    _memory: Memory = field(default_factory=Memory)
    _intensified: dict[str, datetime] = field(default_factory=dict)
    _targets: Targets = field(init=False)
    _remembering: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._targets = self.estate.targets()

    async def cycle(self, now: datetime) -> Cycle:
        """Ask every source, judge, and say what is new. Raises only what the journal raises."""
        terms = Terms(rules=self.rules, pace=self.pace, estate=self.estate, now=now)
        asked = self._asked(now)
        everyone = self._targets
        targets = everyone if asked.whole else narrowed(everyone, asked.servers)
        answers = await gather(self.sources, targets)
        told = await recall(self.streams, [source.name for source in self.sources])
        async with self._remembering:
            seen = await self.crew.run(observe, answers, told.active, asked, self._memory, terms)
            self._memory = seen.memory
        news = await placed(self.streams, seen.news)
        alerts, blobs = await self._worded(news, terms)
        sources = told_of_sources(answers, seen.health, told.sources, self.pace)
        readings = tuple(answer.readings for answer in answers if answer.readings)
        window = self.pace.flap_window
        return Cycle(
            at=now,
            drafts=(*sources, *alerts),
            blobs=blobs,
            readings=readings,
            anomalies=seen.anomalies,
            gaps=seen.gaps,
            unlisted=tuple(sorted({name for each in readings for name in each.unlisted})),
            failing=tuple(sorted(seen.health.reasons)),
            flapping=tuple(
                alert.state.fingerprint for alert in told.active if alert.state.flaps(now, window)
            ),
            intensified=tuple(sorted(self._intensified)),
            whole=asked.whole,
            series=seen.series,
            heard=seen.heard,
            probes=seen.probes,
            jumped_seconds=seen.jumped_seconds,
        )

    async def back_fill(self, now: datetime) -> BackFilled:
        """Learn what the sources remember; may run beside the cycles, and again at any time.

        Asks only about servers whose past is not known yet; a source that could not be asked is
        asked again next time.
        """
        terms = Terms(rules=self.rules, pace=self.pace, estate=self.estate, now=now)
        gaps: list[Gap] = []
        for owner, source in enumerate(self.sources):
            known = {server for name, server in self._memory.filled if name == source.name}
            wanted = servers_of(self._targets) - known
            failed = await self._filled_from(owner, source, wanted, terms)
            gaps.extend(failed)
            if not failed:
                async with self._remembering:
                    done = {(source.name, server) for server in wanted}
                    self._memory = replace(self._memory, filled=self._memory.filled | done)
        series = len(self._memory.roster)
        return BackFilled(series=series, complete=not gaps, gaps=tuple(gaps))

    async def _filled_from(
        self, owner: int, source: Metrics, servers: frozenset[str], terms: Terms
    ) -> list[Gap]:
        """All that one source remembers of these servers into the memory; what it would not say."""
        failed: list[Gap] = []
        targets, at = narrowed(self._targets, servers), terms.now.timestamp()
        for question in questions(terms) if servers else ():
            async for answer in histories(source, question, targets, terms):
                if isinstance(answer, Gap):
                    failed.append(answer)
                    continue
                async with self._remembering:
                    self._memory = await self.crew.run(
                        filled, self._memory, owner, question, answer, at
                    )
        return failed

    def intensify(self, server: str, until: datetime) -> None:
        """Watch one server at the faster pace until then; the later of two wishes holds."""
        self._intensified[server] = max(until, self._intensified.get(server, until))

    def due_at(self, now: datetime) -> datetime:
        """When the next cycle wants to begin; in the past: at once."""
        memory = self._memory
        if memory.whole_at is None or memory.cycled_at is None:
            return now
        whole = memory.whole_at + timedelta(seconds=self.pace.cycle_seconds)
        if not any(until > now for until in self._intensified.values()):
            return whole
        return min(whole, memory.cycled_at + timedelta(seconds=self.pace.intensified_seconds))

    def adopt(self, estate: EstateGraph) -> None:
        """From the next cycle on, watch this estate."""
        self.estate, self._targets = estate, estate.targets()

    def _asked(self, now: datetime) -> Asked:
        """Everything when that is due, or when nothing is intensified; else only what is."""
        self._intensified = {s: until for s, until in self._intensified.items() if until > now}
        everything = servers_of(self._targets)
        last = self._memory.whole_at
        early = timedelta(seconds=self.pace.intensified_seconds / 2)
        whole_due = last is None or now - last + early >= timedelta(seconds=self.pace.cycle_seconds)
        faster = everything & frozenset(self._intensified)
        if whole_due or not faster:
            return Asked(servers=everything, whole=True)
        return Asked(servers=faster, whole=False)

    async def _worded(
        self, news: Sequence[News], terms: Terms
    ) -> tuple[tuple[Draft, ...], tuple[Blob, ...]]:
        """Each piece of news as a draft; where something joined, with the words around it."""
        drafts, blobs = [], []
        for one in news:
            digest = ""
            if one.joined:
                text = await details(one, self.logs, self.within, terms)
                blob = sealed(text, self.identifiers.salt())
                blobs.append(blob)
                digest = blob.digest
            drafts.append(route(one, digest, terms.now))
        return tuple(drafts), tuple(blobs)
