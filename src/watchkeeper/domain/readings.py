"""Readings: columns of numbers, one row a series, and what could not be read."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, order=True)
class Series:
    """What is measured, where: a metric of a configuration item, and which part of it.

    ``part`` is the mount, device or service name that the metric's ``part`` label names,
    empty for a metric with one series a server.
    """

    server: str
    metric: str
    part: str = ""

    def __str__(self) -> str:
        """``cpu_busy_ratio`` or ``filesystem_free_ratio{/var}``."""
        return f"{self.metric}{{{self.part}}}" if self.part else self.metric


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that was asked for and not answered: visible, never silence."""

    source: str
    what: str  # a metric name, a server, or "all"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Readings:
    """One instant of many series.

    ``values`` has shape (len(series),), float64, each in its metric's own unit; NaN where the
    source itself said NaN. ``unlisted`` are instances that the source knows and the estate does
    not.
    """

    source: str
    at: datetime
    series: tuple[Series, ...]
    values: NDArray[np.float64]
    gaps: tuple[Gap, ...] = ()
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class History:
    """Many instants of many series.

    ``times`` has shape (t,), unix seconds, ascending and evenly spaced; ``values`` has shape
    (len(series), t), NaN where there was no sample.
    """

    source: str
    series: tuple[Series, ...]
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProbeTarget:
    """A service's probe: how sources name it (``instance``) and whose it is."""

    instance: str
    server: str
    service: str


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Whom to ask for: how the sources name them, and who they are in the estate."""

    servers: dict[str, str] = field(default_factory=dict)  # instance → server
    probes: tuple[ProbeTarget, ...] = ()
