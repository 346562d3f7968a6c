"""Servers that persons hold, from outside."""

from datetime import datetime

from watchkeeper.interfaces.views.authority import authority_in_force
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.interfaces.views.plain import at
from watchkeeper.ports.journal import Journal


async def hold_list(journal: Journal, now: datetime) -> list[View]:
    """The holds in force, the one that ends first at the top."""
    authority = await authority_in_force(journal)
    lasting = (hold for hold in authority.holds.values() if hold.lasts(now))
    found: list[View] = []
    for hold in sorted(lasting, key=lambda each: each.until):
        blob = await journal.blob(hold.reason) if hold.reason else None
        found.append(
            {
                "server": hold.server,
                "by": hold.by,
                "since": at(hold.since),
                "until": at(hold.until),
                "reason": blob.text if blob else "",
            }
        )
    return found
