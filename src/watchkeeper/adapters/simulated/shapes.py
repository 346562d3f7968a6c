"""How a healthy series runs: a level, the day, the week, slow drift and noise, by formula."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchkeeper.adapters.simulated.noise import Words, bell, drifting, key_of

Floats = NDArray[np.float64]

DAY = 86_400.0
TICK_SECONDS = 15.0  # how long a reading's noise holds: a usual scrape interval
DRIFT_SECONDS = 5_400.0
QUIET_HOUR = 4.0  # UTC; the busiest is twelve hours later
WEEKEND = 0.55  # share of a weekday's load
_MONDAY = 4 * DAY  # 1970-01-05 was a Monday


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One series' healthy run, in the metric's own unit.

    ``daily`` is added at the busiest hour of a weekday, ``weekly`` grows from Monday to Sunday
    and then falls back, ``drift`` and ``noise`` are spreads.
    """

    level: float
    daily: float = 0.0
    weekly: float = 0.0
    drift: float = 0.0
    noise: float = 0.0


def busy(times: Floats) -> Floats:
    """The load of the hour, 0–1, shape (t,): a wave over the day, lower at weekends."""
    hour = (times % DAY) / 3600
    wave = 0.5 - 0.5 * np.cos(2 * np.pi * (hour - QUIET_HOUR) / 24)
    weekday = np.floor((times - _MONDAY) / DAY) % 7
    load: Floats = wave * np.where(weekday >= 5, WEEKEND, 1.0)
    return load


@dataclass(frozen=True, kw_only=True)
class ShapeTable:
    """Shapes of many series: ``keys`` has shape (series,), ``columns`` (5, series, 1)."""

    keys: Words
    columns: Floats


def table_of(named: Sequence[tuple[str, Shape]], seed: int) -> ShapeTable:
    """The table of named series; the names and the seed decide their chance."""
    rows = [(s.level, s.daily, s.weekly, s.drift, s.noise) for _, s in named]
    return ShapeTable(
        keys=np.array([key_of(seed, name) for name, _ in named], dtype=np.uint64),
        columns=np.array(rows, dtype=np.float64).reshape(-1, 5, 1).swapaxes(0, 1),
    )


def shaped(table: ShapeTable, times: Floats) -> Floats:
    """Healthy values, shape (series, times). ``times`` in unix seconds."""
    level, daily, weekly, drift, noise = table.columns
    week = ((times - _MONDAY) / DAY) % 7 / 7
    usual = level + daily * busy(times) + weekly * week
    drifted = usual + drift * drifting(table.keys, times, DRIFT_SECONDS)
    values: Floats = drifted + noise * bell(table.keys, np.floor(times / TICK_SECONDS))
    return values
