"""A log source and the few things that the contract suite reads through it."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.estate import Service
from watchkeeper.ports.logs import Logs


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the suite may count on.

    ``service`` wrote at least 20 lines within [start, end], and others before and after it.
    ``silent`` has logs, with nothing in that window. ``unreadable`` has none that can be read.
    """

    logs: Logs
    service: Service
    silent: Service
    unreadable: Service
    start: datetime
    end: datetime
