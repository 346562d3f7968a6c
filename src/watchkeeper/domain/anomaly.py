"""An anomaly: one series that is not as it should be, and why that was said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchkeeper.domain.severity import AlertSeverity


class AnomalyKind(StrEnum):
    """What made it one."""

    THRESHOLD = "threshold"  # a static rule of the cold start, or of a metric that is a state
    DEVIATION = "deviation"  # far from this series' baseline for the hour
    FORECAST = "forecast"  # a trend that ends badly
    VANISHED = "vanished"  # it was there, and is not any more
    INVALID = "invalid"  # the source answers NaN or nonsense
    EXTERNAL = "external"  # said by another alerting system


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """One series at one instant. Numbers are in the metric's own unit; None: there is none."""

    server: str
    metric: str
    part: str = ""
    kind: AnomalyKind
    rule: str  # the threshold's or model's id
    severity: AlertSeverity
    value: float | None
    limit: float | None = None  # what the rule allows, or the edge of the band
    deviation: float | None = None  # σ; spec: 2.8 alert, 4.0 critical
    since: datetime
    expected_at: datetime | None = None  # forecasts: when it ends badly
    expected_earliest_at: datetime | None = None  # forecasts: the near end of the 90 % interval
    expected_latest_at: datetime | None = None  # forecasts: the far end of the 90 % interval

    @property
    def series(self) -> str:
        """``metric{part}``."""
        return f"{self.metric}{{{self.part}}}" if self.part else self.metric
