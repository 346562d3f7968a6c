"""Thresholds: the reviewable numbers by which readings are judged."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """On which side of its limit a reading is bad."""

    ABOVE = "above"
    BELOW = "below"


class Holds(StrEnum):
    """When a static threshold speaks."""

    ALWAYS = "always"  # states, and levels at which no habit is an excuse
    COLD_START = "cold_start"  # until the series' own baseline knows better


@dataclass(frozen=True, kw_only=True)
class Persistence:
    """How long something has to be bad before it counts.

    ``bad`` of the last ``of`` cycles, and ``seconds`` since it began (0: no minimum).
    """

    bad: int = 1
    of: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A static rule on one metric, in the metric's own unit. None: no limit of that severity."""

    id: str
    metric: str
    side: Side
    warning: float | None = None
    critical: float | None = None
    persistence: Persistence = Persistence()
    holds: Holds = Holds.ALWAYS
    meaning: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Habit:
    """A metric that is compared with its own hour of day once the cold start is over.

    ``spread_floor`` is the least spread it is granted, in its own unit, so that a still series does
    not alarm over nothing.
    """

    metric: str
    side: Side
    spread_floor: float
    persistence: Persistence = Persistence()


@dataclass(frozen=True, kw_only=True)
class Exhaustion:
    """A ratio whose end is foreseen: how low, and how near its end, it is worth a word."""

    metric: str
    below: float  # ratio
    horizon_seconds: float
    critical_seconds: float  # nearer than this: critical


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Everything that is judged by a number somebody may review."""

    static: tuple[Threshold, ...] = ()
    habits: tuple[Habit, ...] = ()
    exhaustion: tuple[Exhaustion, ...] = ()
