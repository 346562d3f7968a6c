"""The terms on which one cycle judges."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.threshold import Thresholds
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.monitoring.numbers import Pace


@dataclass(frozen=True, kw_only=True)
class Terms:
    """By which rules, at which pace, on which estate, and when."""

    rules: Thresholds
    pace: Pace
    estate: EstateGraph
    now: datetime
