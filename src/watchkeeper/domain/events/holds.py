"""What is said in ``authority`` of servers that a person holds."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.entry import Body
from watchkeeper.domain.speakers import PERSONS


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Body, kind="hold.placed", said_by=PERSONS):
    """A person works on a server: nothing is done to it alone until then."""

    server: str
    until: datetime
    reason: str = ""  # digest of a blob


@dataclass(frozen=True, kw_only=True)
class HoldLifted(Body, kind="hold.lifted", said_by=PERSONS):
    """The work is done."""

    server: str
