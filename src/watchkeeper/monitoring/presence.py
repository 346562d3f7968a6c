"""Who was seen when, and by which source: a cycle's answers laid onto the roster's rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from watchkeeper.domain.readings import Gap, Readings
from watchkeeper.monitoring.columns import Floats, Mask, grown
from watchkeeper.monitoring.gather import Answer
from watchkeeper.monitoring.roster import Roster, Rows

NOBODY = -1  # as an owner: no source has given this series yet


@dataclass(frozen=True, kw_only=True)
class Presence:
    """What is remembered of every row from cycle to cycle; all columns of shape (rows,).

    ``owner`` is the index of the source that gave it last, ``last_at`` that sample's time in unix
    seconds, ``absent`` the cycles in a row in which its source answered without it. ``server`` and
    ``metric`` are the numbers of the names in ``servers`` and ``metrics``.
    """

    owner: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))
    last_at: Floats = field(default_factory=lambda: np.empty(0))
    absent: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    server: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    metric: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    servers: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def covering(self, roster: Roster) -> "Presence":
        """The same with places for the roster's new rows."""
        old, length = len(self.owner), len(roster)
        if old == length:
            return self
        new = roster.series[old:]
        servers = tuple(dict.fromkeys((*self.servers, *(one.server for one in new))))
        metrics = tuple(dict.fromkeys((*self.metrics, *(one.metric for one in new))))
        return replace(
            self,
            owner=grown(self.owner, length, NOBODY),
            last_at=grown(self.last_at, length, -np.inf),
            absent=grown(self.absent, length, 0),
            server=np.append(self.server, _numbers(servers, [one.server for one in new])),
            metric=np.append(self.metric, _numbers(metrics, [one.metric for one in new])),
            servers=servers,
            metrics=metrics,
        )

    def of_metric(self, metric: str) -> Mask:
        """The rows of one metric."""
        number = self.metrics.index(metric) if metric in self.metrics else -1
        return np.asarray(self.metric == number)

    def kept(self, rows: Rows) -> "Presence":
        """Only these rows."""
        return replace(
            self,
            owner=self.owner[rows],
            last_at=self.last_at[rows],
            absent=self.absent[rows],
            server=self.server[rows],
            metric=self.metric[rows],
        )


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One cycle, one element a row of the roster.

    ``values`` are in each metric's own unit, NaN where nothing was seen or the source said NaN.
    ``seen`` marks new samples; ``expected`` the rows of sources that answered, where asked about.
    """

    at: float  # unix seconds
    values: Floats
    seen: Mask
    expected: Mask
    presence: Presence
    gaps: tuple[Gap, ...] = ()

    def believing(self, believed: Mask) -> "Frame":
        """Without what the sources say that are not believed; ``believed`` has shape (sources,)."""
        trusted = np.append(believed, believed.all())[self.presence.owner]  # −1 finds the last
        return replace(
            self,
            values=np.where(trusted, self.values, np.nan),
            seen=self.seen & trusted,
            expected=self.expected & trusted,
        )


def laid(
    answers: Sequence[Answer],
    roster: Roster,
    presence: Presence,
    asked: frozenset[str],
    at: float,
) -> Frame:
    """The answers as one frame. Where two sources give a series, the first that answers wins.

    Samples at or before a series' last time are dropped. O(series) in numpy; new series cost one
    look-up each.
    """
    rows_of = [
        roster.rows(answer.source, answer.readings.series) if answer.readings else None
        for answer in answers
    ]
    presence = presence.covering(roster)
    sheet = _Sheet(
        values=np.full(len(roster), np.nan),
        seen=np.zeros(len(roster), dtype=np.bool_),
        stale=np.zeros(len(roster), dtype=np.bool_),
        owner=presence.owner.copy(),
        last_at=presence.last_at.copy(),
    )
    gaps = [gap for answer in answers for gap in answer.gaps]
    for index, (answer, rows) in enumerate(zip(answers, rows_of, strict=True)):
        if answer.readings is not None and rows is not None:
            sheet.take(index, rows, answer.readings)
    stale = sheet.stale & ~sheet.seen
    if stale.any():
        reason = f"{np.count_nonzero(stale)} samples not newer than the last"
        gaps.append(Gap(source="every source", what="all", reason=reason))
    presence = replace(presence, owner=sheet.owner, last_at=sheet.last_at)
    expected = _expected(presence, answers, asked) & ~stale
    presence = replace(presence, absent=_absent(presence, sheet.seen, expected))
    return Frame(
        at=at,
        values=sheet.values,
        seen=sheet.seen,
        expected=expected,
        presence=presence,
        gaps=tuple(gaps),
    )


@dataclass(kw_only=True)
class _Sheet:
    """Where a cycle's samples are entered, source after source."""

    values: Floats
    seen: Mask
    stale: Mask
    owner: NDArray[np.int16]
    last_at: Floats

    def take(self, source: int, rows: Rows, readings: Readings) -> None:
        """Enter what is new and not entered yet; mark what is not newer than the last."""
        taken_at = readings.at.timestamp()
        newer = self.last_at[rows] < taken_at
        fresh = newer & ~self.seen[rows]
        took = rows[fresh]
        self.stale[rows[~newer]] = True
        self.values[took] = readings.values[fresh]
        self.seen[took], self.owner[took], self.last_at[took] = True, source, taken_at


def _expected(presence: Presence, answers: Sequence[Answer], asked: frozenset[str]) -> Mask:
    """Rows whose server was asked about, whose source answered, and about whose metric it did.

    A row without an owner is expected of all of them together.
    """
    all_answered = all(answer.readings is not None for answer in answers)
    answered = np.array([*(answer.readings is not None for answer in answers), all_answered])
    wanted = np.array([*(server in asked for server in presence.servers), False])
    expected = answered[presence.owner] & wanted[presence.server]
    for index, answer in enumerate(answers):
        for what in {gap.what for gap in answer.gaps} & {"all", *presence.metrics}:
            concerned = True if what == "all" else presence.of_metric(what)
            expected &= ~(concerned & ((presence.owner == index) | (presence.owner == NOBODY)))
    return np.asarray(expected)


def _absent(presence: Presence, seen: Mask, expected: Mask) -> NDArray[np.int32]:
    """Cycles without an answer.

    A part is missed only while something of its server is seen; a server (its ``up``) always.
    """
    lively = np.zeros(len(presence.servers) + 1, dtype=np.bool_)
    lively[presence.server[seen]] = True
    missed = expected & ~seen & (presence.of_metric("up") | lively[presence.server])
    return np.where(seen, 0, presence.absent + missed).astype(np.int32)


def _numbers(names: tuple[str, ...], wanted: Sequence[str]) -> NDArray[np.int32]:
    number = {name: index for index, name in enumerate(names)}
    return np.array([number[name] for name in wanted], dtype=np.int32)
