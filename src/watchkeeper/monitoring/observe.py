"""The pure half of a cycle: from the sources' answers to the news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.metric import PROBE_SUCCESS
from watchkeeper.domain.readings import Gap, Series
from watchkeeper.monitoring.correlate import correlate
from watchkeeper.monitoring.deduplicate import Active, News, deduplicate
from watchkeeper.monitoring.fuse import fuse, upstream_first
from watchkeeper.monitoring.gather import Answer
from watchkeeper.monitoring.memory import Memory
from watchkeeper.monitoring.precursor import precursor
from watchkeeper.monitoring.presence import Frame, laid
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.score import score
from watchkeeper.monitoring.sources import Health, health
from watchkeeper.monitoring.standing import Standings
from watchkeeper.monitoring.terms import Terms


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whom a cycle asks about; ``whole``: everybody."""

    servers: frozenset[str]
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What the pure half found, and what is remembered for the next cycle."""

    memory: Memory
    anomalies: tuple[Anomaly, ...]  # that persist now, worst first
    news: tuple[News, ...]
    health: Health
    gaps: tuple[Gap, ...]
    series: int  # seen in this cycle
    heard: frozenset[str]  # servers of which a believed source said anything
    probes: Mapping[str, bool]  # service → whether it answers, where a believed source said so
    jumped_seconds: float


def observe(
    answers: Sequence[Answer],
    active: Sequence[Active],
    asked: Asked,
    memory: Memory,
    terms: Terms,
) -> Observed:
    """One monitoring cycle, from answers to what is worth telling."""
    now, pace = terms.now, terms.pace
    jumped = memory.jumped(now, pace)
    memory = (memory.uncounted() if jumped else memory).tidied(now).entered(_told_series(active))
    frame = laid(answers, memory.roster, memory.presence, asked.servers, now.timestamp())
    found = health(answers, frame, memory.failures, pace)
    frame = frame.believing(found.believed)
    scored = score(frame, memory.roster, memory.tracks, memory.seasons, terms)
    foreseen = precursor(frame, memory.roster, memory.foresights, terms)
    anomalies = correlate((*scored.anomalies, *foreseen.anomalies))
    tracks = {**scored.tracks, **foreseen.tracks}
    standings = Standings(tracks=tracks, frame=frame, roster=memory.roster, terms=terms)
    compounds = upstream_first(fuse(anomalies), terms.estate)
    heard = _heard(frame)
    judged = deduplicate(compounds, active, standings, memory.quiet, terms)
    return Observed(
        memory=replace(
            memory,
            presence=frame.presence,
            tracks=scored.tracks,
            seasons=scored.seasons,
            foresights=foreseen.foresights,
            quiet=judged.quiet,
            failures=found.failures,
            cycled_at=now,
            whole_at=now if asked.whole else memory.whole_at,
        ),
        anomalies=anomalies,
        news=judged.news,
        health=found,
        gaps=(*frame.gaps, *_silent(frame, asked, heard)),
        series=int(frame.seen.sum()),
        heard=heard,
        probes=_probes(frame, memory.roster),
        jumped_seconds=jumped,
    )


def _told_series(active: Sequence[Active]) -> tuple[Series, ...]:
    return tuple(
        Series(server=anomaly.server, metric=anomaly.metric, part=anomaly.part)
        for alert in active
        for anomaly in alert.state.anomalies
    )


def _heard(frame: Frame) -> frozenset[str]:
    presence = frame.presence
    return frozenset(presence.servers[int(n)] for n in np.unique(presence.server[frame.seen]))


def _probes(frame: Frame, roster: Roster) -> Mapping[str, bool]:
    told = frame.presence.of_metric(PROBE_SUCCESS.name) & frame.seen & ~np.isnan(frame.values)
    return {roster.series[row].part: bool(frame.values[row] > 0) for row in np.flatnonzero(told)}


def _silent(frame: Frame, asked: Asked, heard: frozenset[str]) -> tuple[Gap, ...]:
    """Servers of which no source said anything: unknown, and said so."""
    named = {gap.what for gap in frame.gaps}
    return tuple(
        Gap(source="every source", what=server, reason="nothing heard of it")
        for server in sorted(asked.servers - heard - named)
    )
