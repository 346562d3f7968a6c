"""Log sources."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchkeeper.domain.estate import Service


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of a log: untrusted text."""

    at: datetime | None  # None: the line carries no time that could be read
    origin: str  # the file or unit
    text: str


class Logs(Protocol):
    """Files and journald of this host; Elasticsearch and Loki later."""

    @property
    def name(self) -> str:
        """The source's name."""

    async def lines(
        self, service: Service, start: datetime, end: datetime, limit: int
    ) -> tuple[LogLine, ...]:
        """The newest ``limit`` lines of the service's logs within [start, end], oldest first.

        Raises SourceUnavailable.
        """
