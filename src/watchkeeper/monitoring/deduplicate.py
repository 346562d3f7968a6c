"""Step 6, deduplicate: what is new about what has been told already, and what is over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from watchkeeper.domain.alert import CompoundAlert
from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.monitoring.alert_fold import AlertState
from watchkeeper.monitoring.correlate import correlate
from watchkeeper.monitoring.fuse import severest
from watchkeeper.monitoring.standing import Standings
from watchkeeper.monitoring.terms import Terms
from watchkeeper.monitoring.track import Standing

Key = tuple[str, str, str]  # metric, part, rule: what an anomaly is about within its server
Quiet = Mapping[tuple[str, Key], int]  # (fingerprint, key) → good cycles in a row


class Turn(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    UPDATED = "updated"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True)
class News:
    """Something to tell about one alert, decided on that revision of its stream."""

    turn: Turn
    alert: CompoundAlert
    expected: int
    joined: tuple[Anomaly, ...] = ()  # new in this cycle
    quiet_cycles: int = 0


@dataclass(frozen=True, kw_only=True)
class Active:
    """An active alert of this room, and its stream's revision."""

    state: AlertState
    revision: int


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The news of a cycle, and the counts of good cycles to remember."""

    news: tuple[News, ...]
    quiet: Quiet


def key_of(anomaly: Anomaly) -> Key:
    """What an anomaly is about within its server."""
    return (anomaly.metric, anomaly.part, anomaly.rule)


def deduplicate(
    compounds: Sequence[CompoundAlert],
    active: Sequence[Active],
    standings: Standings,
    quiet: Quiet,
    terms: Terms,
) -> Judged:
    """Each active alert looked at again, each new compound raised or joined. Pure.

    A compound of a server that has an active alert joins it. O(alerts and their anomalies).
    """
    fresh = {compound.server: compound for compound in compounds}
    news: list[News] = []
    counts: dict[tuple[str, Key], int] = {}
    taken: set[tuple[str, Key]] = set()
    for alert in sorted(active, key=_age):
        server = alert.state.server
        held_by_others = {key for owner, key in taken if owner == server}
        mine = [a for a in _anomalies(fresh.get(server)) if key_of(a) not in held_by_others]
        kept, counted = _kept(alert.state, mine, standings, quiet, terms)
        counts.update({(alert.state.fingerprint, key): count for key, count in counted.items()})
        taken.update((server, key_of(anomaly)) for anomaly in kept)
        news.extend(_what_changed(alert, kept, terms))
    busy = {alert.state.server for alert in active}
    news.extend(
        News(turn=Turn.RAISED, alert=compound, expected=0, joined=compound.anomalies)
        for compound in compounds
        if compound.server not in busy
    )
    return Judged(news=tuple(news), quiet=counts)


def needed(state: AlertState, terms: Terms) -> int:
    """Good cycles before an anomaly leaves: twice as many for each flap within the window."""
    pace = terms.pace
    flaps = min(state.flaps(terms.now, pace.flap_window), 16)
    stretched: int = pace.quiet_cycles * 2**flaps
    return min(stretched, max(pace.longest_quiet_cycles, pace.quiet_cycles))


def _kept(
    state: AlertState,
    fresh: Iterable[Anomaly],
    standings: Standings,
    quiet: Quiet,
    terms: Terms,
) -> tuple[tuple[Anomaly, ...], dict[Key, int]]:
    """The anomalies of which the alert now consists, and how long each has been good."""
    found = {key_of(anomaly): anomaly for anomaly in fresh}
    counts: dict[Key, int] = {}
    for told in state.anomalies:
        key = key_of(told)
        counts[key] = _count(standings.of(told), quiet.get((state.fingerprint, key), 0))
        if counts[key] >= needed(state, terms):
            found.pop(key, None)
        else:
            found[key] = _merged(told, found.get(key))
    return correlate(found.values()), counts


def _count(standing: Standing, before: int) -> int:
    """Good cycles in a row; not knowing neither adds nor takes."""
    if standing is Standing.UNKNOWN:
        return before
    return before + 1 if standing is Standing.GOOD else 0


def _merged(told: Anomaly, fresh: Anomaly | None) -> Anomaly:
    """As it is now, with the onset that was told first."""
    return replace(fresh, since=min(told.since, fresh.since)) if fresh else told


def _what_changed(alert: Active, kept: tuple[Anomaly, ...], terms: Terms) -> Iterable[News]:
    """Nothing, unless the alert consists of other anomalies than told, is worse, or is over."""
    state = alert.state
    before = {key_of(anomaly) for anomaly in state.anomalies}
    severity = max(state.severity, severest(kept), key=_severity_rank)  # never falls while active
    compound = CompoundAlert(
        fingerprint=state.fingerprint,
        source=state.source,
        server=state.server,
        severity=severity,
        anomalies=kept,
        started_at=state.started_at or terms.now,
    )
    if not kept:
        yield News(
            turn=Turn.RESOLVED,
            alert=compound,
            expected=alert.revision,
            quiet_cycles=needed(state, terms),
        )
    elif {key_of(anomaly) for anomaly in kept} != before or severity is not state.severity:
        joined = tuple(anomaly for anomaly in kept if key_of(anomaly) not in before)
        yield News(turn=Turn.UPDATED, alert=compound, expected=alert.revision, joined=joined)


def _severity_rank(severity: AlertSeverity) -> int:
    return (AlertSeverity.WARNING, AlertSeverity.CRITICAL).index(severity)


def _anomalies(compound: CompoundAlert | None) -> tuple[Anomaly, ...]:
    return compound.anomalies if compound else ()


def _age(alert: Active) -> tuple[float, str]:
    started = alert.state.started_at
    return (started.timestamp() if started else 0.0, alert.state.fingerprint)
