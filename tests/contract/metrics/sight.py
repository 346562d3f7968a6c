"""A metric source looking at a small place that the contract suite knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchkeeper.domain.readings import Targets
from watchkeeper.ports.metrics import Metrics


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the suite may count on.

    ``here`` answers; ``unknown`` is in the estate and the source never heard of it. The service
    ``good`` answers its probe and ``bad`` does not, both on ``here``. History holds something of
    ``here`` between ``start`` and ``end``.
    """

    source: Metrics
    targets: Targets
    here: str
    unknown: str
    good: str
    bad: str
    start: datetime
    end: datetime
    step: timedelta
