"""Everything that can be said in the journal, one file a kind of stream."""

from watchkeeper.domain.events import (
    actions,
    alerts,
    authority,
    changes,
    estate,
    holds,
    incidents,
    installation,
    notices,
    sources,
)

__all__ = [
    "actions",
    "alerts",
    "authority",
    "changes",
    "estate",
    "holds",
    "incidents",
    "installation",
    "notices",
    "sources",
]
