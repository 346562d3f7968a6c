"""Whether the executor's ledger is its own newest one: a restored copy has forgotten spendings."""

from watchkeeper.adapters.ledger.spent_ledger import SpentLedger
from watchkeeper.bootstrap.ports import Hands
from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage
from watchkeeper.ports.ledger import LedgerFailed

RESTORED = (
    "the executor's ledger has counted less than the journal was told: it was put back from a "
    "backup. Look at what ran since, then: watchkeeper kill release"
)


async def stopped_for_its_ledger(journal: Journal, hands: Hands | None, page: KillPage) -> str:
    """Engage the kill page over a ledger that is older than the journal knows, or unreadable.

    Why, and what to do; empty when all is well. Once a person has released it, an older ledger
    counts on from where the journal stands.
    """
    if hands is None or not isinstance(hands.ledger, SpentLedger):
        return ""
    held = await journal.held(AUTHORITY)
    told = held.state.ledgers.get(hands.automation.name, 0) if held else 0
    try:
        if hands.ledger.counted() >= told:
            return ""
        page.engage()
        hands.ledger.catch_up(told)
    except LedgerFailed as failed:
        page.engage()
        return f"the executor's ledger cannot be used: {failed}"
    return RESTORED
