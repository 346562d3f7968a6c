"""Evidence: every question asked at once, each with its own time limit.

What fails is named, never silent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite

from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.estate import Service
from watchkeeper.domain.events.incidents import EvidenceGathered, EvidenceRequested
from watchkeeper.domain.evidence import Asked, Evidence, Fact, Question
from watchkeeper.engine.deadline import within
from watchkeeper.engine.machine import Answer
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.knowledge.error_lines import is_error, mentions
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.inspector import Inspector
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.logs import Logs
from watchkeeper.ports.metrics import Metrics

SECONDS_A_QUESTION = 8.0
CHANGES_WITHIN = timedelta(hours=4)  # spec: evidence window for deployments
LOGS_BEFORE = timedelta(minutes=15)
MOST_LINES = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a question brought: facts, and the text they were read from."""

    source: str
    facts: tuple[Fact, ...]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Gather:
    """The performer of ``evidence.requested``."""

    metrics: Sequence[Metrics]
    logs: Sequence[Logs]
    inspector: Inspector
    journal: Journal
    clock: Clock
    identifiers: Identifiers
    estate: Callable[[], EstateGraph]

    async def __call__(self, intent: EvidenceRequested, state: IncidentState) -> Answer:
        """All answers, in the order of the questions."""
        pieces = await asyncio.gather(*(self._piece(asked, state) for asked in intent.asked))
        evidence = tuple(piece for piece, _ in pieces)
        blobs = tuple(blob for _, blob in pieces if blob is not None)
        return Answer(said=(EvidenceGathered(evidence=evidence),), blobs=blobs)

    async def _piece(self, asked: Asked, state: IncidentState) -> tuple[Evidence, Blob | None]:
        try:
            found = await within(SECONDS_A_QUESTION, self._answer(asked, state))
        except SourceUnavailable as gone:
            return self._unavailable(asked, gone.source, gone.word, str(gone))
        except TimeoutError:
            return self._unavailable(asked, asked.question.value, "timeout", "no answer in time")
        blob = sealed(found.text, self.identifiers.salt()) if found.text else None
        evidence = Evidence(
            id=asked.id,
            question=asked.question,
            item=asked.item,
            source=found.source,
            at=self.clock.now(),
            available=True,
            facts=found.facts,
            text=blob.digest if blob else "",
        )
        return evidence, blob

    def _unavailable(
        self, asked: Asked, source: str, word: str, text: str
    ) -> tuple[Evidence, Blob | None]:
        blob = sealed(text, self.identifiers.salt())
        evidence = Evidence(
            id=asked.id,
            question=asked.question,
            item=asked.item,
            source=source,
            at=self.clock.now(),
            available=False,
            reason=word,
            text=blob.digest,
        )
        return evidence, blob

    def _answer(self, asked: Asked, state: IncidentState) -> Awaitable[Found]:
        match asked.question:
            case Question.SERVICE_STATE:
                return self._service_state(asked.item)
            case Question.READINGS:
                return self._readings(asked.item)
            case Question.ERROR_LINES:
                return self._error_lines(asked.item)
            case Question.RECENT_CHANGES:
                return self._recent_changes(state)
            case Question.SIMILAR_INCIDENTS:
                return self._similar(state)

    async def _service_state(self, item: str) -> Found:
        seen = await self.inspector.service(self._service(item))
        facts = [Fact(name="zombies", value=float(seen.zombies))]
        if seen.answers is not None:
            facts.append(Fact(name="answers", value=float(seen.answers)))
        if seen.alive is not None:
            facts.append(Fact(name="alive_processes", value=float(seen.alive)))
        if seen.main_alive is not None:
            facts.append(Fact(name="main_alive", value=float(seen.main_alive)))
        text = f"{item}: probe {seen.probe_reason}, {seen.alive} alive, {seen.zombies} zombies"
        return Found(source="inspector", facts=tuple(facts), text=text)

    async def _readings(self, server: str) -> Found:
        """The first metric source that answers about this server."""
        last: SourceUnavailable | None = None
        for source in self.metrics:
            try:
                readings = await source.read(self.estate().targets_on(server))
            except SourceUnavailable as gone:
                last = gone
                continue
            rows = [
                (series, float(value))
                for series, value in zip(readings.series, readings.values, strict=True)
                if series.server == server and isfinite(value)  # NaN and ∞ are no facts
            ]
            if rows:
                facts = tuple(Fact(name=s.metric, value=v, about=s.part) for s, v in rows)
                text = "\n".join(f"{s} = {v:g}" for s, v in rows)
                return Found(source=source.name, facts=facts, text=text)
        raise last or SourceUnavailable("metrics", "absent", f"no source measures {server}")

    async def _error_lines(self, item: str) -> Found:
        """How many lines speak of errors.

        And how many of those name something this service needs.
        """
        estate, service = self.estate(), self._service(item)
        now = self.clock.now()
        last: SourceUnavailable | None = None
        for source in self.logs:
            try:
                lines = await source.lines(service, now - LOGS_BEFORE, now, MOST_LINES)
            except SourceUnavailable as gone:
                last = gone
                continue
            errors = [line.text for line in lines if is_error(line.text)]
            facts = [Fact(name="error_lines", value=float(len(errors)))]
            for upstream in service.depends_on:
                count = sum(mentions(text, estate.services.get(upstream)) for text in errors)
                facts.append(Fact(name="errors_naming", value=float(count), about=upstream))
            return Found(source=source.name, facts=tuple(facts), text="\n".join(errors[-50:]))
        raise last or SourceUnavailable("logs", "absent", f"no log source knows {item}")

    async def _recent_changes(self, state: IncidentState) -> Found:
        """Deployments and changes of the last four hours on anything in scope."""
        since = self.clock.now() - CHANGES_WITHIN
        near = [
            told
            for held in await self.journal.all_streams("event")
            for told in held.state.recent
            if told.happened_at >= since and told.item in state.scope
        ]
        facts = tuple(
            Fact(name="changes", value=float(sum(one.item == item for one in near)), about=item)
            for item in dict.fromkeys(one.item for one in near)
        )
        text = "\n".join(f"{o.happened_at:%H:%M} {o.event} of {o.item} ({o.id})" for o in near)
        return Found(source="journal", facts=facts or (Fact(name="changes", value=0.0),), text=text)

    def _service(self, item: str) -> Service:
        """The service. Raises SourceUnavailable when it has left the estate meanwhile."""
        service = self.estate().services.get(item)
        if service is None:
            raise SourceUnavailable("estate", "absent", f"no service {item} in the estate any more")
        return service

    async def _similar(self, state: IncidentState) -> Found:
        """Closed incidents of the same type on anything in scope, and how many a runbook fixed."""
        seen = [
            held.state
            for held in await self.journal.all_streams("incident")
            if held.state.phase is Phase.CLOSED and held.state.incident_type == state.incident_type
        ]
        near = [s for s in seen if set(s.scope) & set(state.scope)]
        fixed = sum(1 for s in near if s.resolution == "fixed")
        facts = (
            Fact(name="similar", value=float(len(near))),
            Fact(name="similar_fixed", value=float(fixed)),
        )
        return Found(source="journal", facts=facts, text="\n".join(s.id for s in near))
