"""How a healthy series runs: a level, the day, the week, slow drift and noise, by formula."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchkeeper.adapters.simulated.noise import bell, drifting, key_of

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


def shaped(shapes: Iterable[tuple[str, Shape]], seed: int, times: Floats) -> Floats:
    """Healthy values of named series, shape (series, times). ``times`` in unix seconds."""
    named = tuple(shapes)
    keys = np.array([key_of(seed, name) for name, _ in named], dtype=np.uint64)
    columns = np.array(
        [(s.level, s.daily, s.weekly, s.drift, s.noise) for _, s in named], dtype=np.float64
    ).reshape(-1, 5, 1)
    level, daily, weekly, drift, noise = (columns[:, column] for column in range(5))
    week = ((times - _MONDAY) / DAY) % 7 / 7
    values: Floats = level + daily * busy(times) + weekly * week
    values = values + drift * drifting(keys, times, DRIFT_SECONDS)
    return values + noise * bell(keys, np.floor(times / TICK_SECONDS))
