"""Back-fill: what sources remember gives the watch a warm start."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from watchkeeper.domain.metric import UP
from watchkeeper.domain.readings import Gap, History, Targets
from watchkeeper.domain.threshold import Exhaustion, Habit
from watchkeeper.monitoring import precursor, season, season_fit
from watchkeeper.monitoring.gather import narrowed, servers_of
from watchkeeper.monitoring.memory import Memory
from watchkeeper.monitoring.presence import NOBODY
from watchkeeper.monitoring.roster import Rows
from watchkeeper.monitoring.season import Season
from watchkeeper.monitoring.terms import Terms
from watchkeeper.monitoring.trail import COARSE_SECONDS, DAYS, FINE_SECONDS
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.metrics import Metrics

SEEN_WITHIN = timedelta(days=1)  # a server seen so lately and gone now has vanished


@dataclass(frozen=True, kw_only=True)
class Question:
    """One metric's past as one question: how far back, and how finely."""

    metric: str
    back: timedelta
    step: timedelta
    about: Habit | Exhaustion | None = None  # whose baseline it fills; None: only who was there


@dataclass(frozen=True, kw_only=True)
class BackFilled:
    """What a back-fill brought. ``complete`` False: some source could not be asked; ask again."""

    series: int
    complete: bool
    gaps: tuple[Gap, ...]


def questions(terms: Terms) -> tuple[Question, ...]:
    """Everything that is worth asking a source that remembers."""
    pace = terms.pace
    fine = timedelta(seconds=FINE_SECONDS)
    coarse = timedelta(seconds=COARSE_SECONDS)
    habits = (
        Question(metric=habit.metric, back=pace.history, step=pace.history_step, about=habit)
        for habit in terms.rules.habits
    )
    ends = (
        Question(metric=rule.metric, back=back, step=step, about=rule)
        for rule in terms.rules.exhaustion
        for back, step in ((timedelta(hours=3), fine), (timedelta(days=DAYS), coarse))
    )
    return (Question(metric=UP.name, back=SEEN_WITHIN, step=pace.history_step), *habits, *ends)


async def histories(
    source: Metrics, question: Question, targets: Targets, terms: Terms
) -> AsyncIterator[History | Gap]:
    """The answers, some servers at a time; they end with a gap when the source cannot answer."""
    end = terms.now - question.step
    for chunk in _chunks(sorted(servers_of(targets)), terms.pace.history_servers):
        asked = narrowed(targets, frozenset(chunk))
        try:
            yield await source.history(
                question.metric, asked, end - question.back, end, question.step
            )
        except SourceUnavailable as unavailable:
            yield Gap(source=source.name, what=question.metric, reason=unavailable.word)
            return


def filled(memory: Memory, owner: int, question: Question, history: History, now: float) -> Memory:
    """The memory with one answer in it; ``owner`` is the source's index. O(points).

    What another source has given already stays that one's.
    """
    memory, history = _own(memory.entered(history.series), owner, history)
    rows = memory.roster.enter(history.series)
    memory = _seen(memory, owner, rows, history)
    if isinstance(question.about, Habit):
        return _habit_filled(memory, question.about, rows, history, now)
    if isinstance(question.about, Exhaustion):
        return _trail_filled(memory, question.about, rows, history)
    return memory


def _own(memory: Memory, owner: int, history: History) -> tuple[Memory, History]:
    """The history without the series that another source owns."""
    owners = memory.presence.owner[memory.roster.enter(history.series)]
    mine = np.flatnonzero((owners == NOBODY) | (owners == owner))
    series = tuple(history.series[int(index)] for index in mine)
    return memory, replace(history, series=series, values=history.values[mine])


def _seen(memory: Memory, owner: int, rows: Rows, history: History) -> Memory:
    """Whoever has a reading in the history was there at that time, and was this source's."""
    finite = np.isfinite(history.values)
    there = rows[finite.any(axis=1)] if len(history.times) else rows[:0]
    presence = memory.presence
    owners, last_at = presence.owner.copy(), presence.last_at.copy()
    if len(there):
        last = len(history.times) - 1 - finite[:, ::-1].argmax(axis=1)
        owners[there] = np.where(owners[there] == NOBODY, owner, owners[there])
        times = history.times[last[finite.any(axis=1)]]
        last_at[there] = np.maximum(last_at[there], times)
    return replace(memory, presence=replace(presence, owner=owners, last_at=last_at))


def _habit_filled(memory: Memory, habit: Habit, rows: Rows, history: History, now: float) -> Memory:
    of_metric = np.flatnonzero(memory.presence.of_metric(habit.metric))
    before = memory.seasons.get(habit.metric) or Season()
    covering = season.covering(before, of_metric, now, habit.spread_floor)
    fitted = season_fit.fitted(covering, rows, history.times, history.values)
    ready = season.expecting(fitted, season.slot_of(now), habit.spread_floor)
    return replace(memory, seasons={**memory.seasons, habit.metric: ready})


def _trail_filled(memory: Memory, rule: Exhaustion, rows: Rows, history: History) -> Memory:
    of_metric = np.flatnonzero(memory.presence.of_metric(rule.metric))
    before = memory.foresights.get(rule.metric) or precursor.beginning(rule)
    trail = before.trail.covering(of_metric).filled(rows, history.times, history.values)
    foresights = {**memory.foresights, rule.metric: replace(before, trail=trail)}
    return replace(memory, foresights=foresights)


def _chunks(servers: Sequence[str], length: int) -> Iterable[Sequence[str]]:
    return (servers[start : start + length] for start in range(0, len(servers), length))
