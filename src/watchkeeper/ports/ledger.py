"""The executor's own book of spent warrants: it believes this one, whatever the journal says."""

from typing import Protocol


class LedgerFailed(Exception):
    """The executor's ledger cannot be written or read: nothing is started without it."""


class Ledger(Protocol):
    """Remembers for ever what was spent; whoever restores an older one is found out."""

    async def count_up(self) -> int:
        """One more than it ever answered, on the disk when it returns.

        The journal is told the number with every spending: a ledger that has counted less than the
        journal was told is an older copy. Raises LedgerFailed.
        """

    async def mark(self, warrant: str, digest: str) -> bool:
        """Write down that this warrant is spent; False when it stands there already.

        On the disk when it returns. Raises LedgerFailed.
        """
