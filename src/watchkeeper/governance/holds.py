"""Servers that a person holds: nothing is done to them alone until the time is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.entry import Entry
from watchkeeper.domain.events.holds import HoldLifted, HoldPlaced


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A person's hand on a server. It ends by itself."""

    server: str
    by: str
    since: datetime
    until: datetime
    reason: str = ""  # digest of a blob

    def lasts(self, now: datetime) -> bool:
        """Whether it is in force."""
        return now < self.until


def held(holds: Mapping[str, Hold], said: HoldPlaced | HoldLifted, entry: Entry) -> dict[str, Hold]:
    """The holds after one more word; those that are over by then are forgotten."""
    kept = {
        name: hold for name, hold in holds.items() if hold.lasts(entry.at) and name != said.server
    }
    if isinstance(said, HoldPlaced):
        kept[said.server] = Hold(
            server=said.server,
            by=str(entry.actor),
            since=entry.at,
            until=said.until,
            reason=said.reason,
        )
    return kept
