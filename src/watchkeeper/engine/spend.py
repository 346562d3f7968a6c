"""Spending a warrant.

The last look before the world is touched, and the only place that makes a ``Spent``.
"""

from dataclasses import dataclass

from watchkeeper.domain.entry import Actor, Draft
from watchkeeper.domain.events.authority import AUTHORITY, WarrantSpent
from watchkeeper.domain.warrant import Spent, Warrant
from watchkeeper.governance.authority import Authority
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage
from watchkeeper.ports.ledger import Ledger, LedgerFailed
from watchkeeper.ports.seal import SealCheck


class WarrantVoid(Exception):
    """The warrant may not be used (any more); nothing was started."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"the warrant may not be used: {rule}")
        self.rule = rule


@dataclass(frozen=True, kw_only=True)
class Till:
    """Where an executor spends: what it looks at first, and where it writes it down."""

    by: Actor  # the executor, under the name to which warrants are bound
    seal: SealCheck
    ledger: Ledger
    journal: Journal
    clock: Clock
    page: KillPage


async def spend(warrant: Warrant, signature: str, till: Till) -> Spent:
    """Use up a warrant, immediately before the call that it allows.

    By compare-and-set on the authority stream, where whoever loses the race looks again: a kill or
    another worker's spending is then seen. And in the executor's own ledger, which has the last
    word whatever the journal says. Raises WarrantVoid.
    """
    if not till.seal.genuine(warrant.statement, signature):
        raise WarrantVoid("forged")
    if till.by.name != warrant.executor:
        raise WarrantVoid("another-executor")
    try:
        await _written_down(warrant, till)
        if not await till.ledger.mark(warrant.id, warrant.digest):
            raise WarrantVoid("already-spent")
    except LedgerFailed:
        raise WarrantVoid("ledger-failed") from None
    if till.page.engaged():
        raise WarrantVoid("kill-switch")
    return Spent(warrant=warrant, at=till.clock.now())


async def _written_down(warrant: Warrant, till: Till) -> None:
    _still_good(warrant, await _authority(till), till)
    number = await till.ledger.count_up()
    while True:
        authority = await _authority(till)
        _still_good(warrant, authority, till)
        spent = WarrantSpent(warrant=warrant.id, number=number)
        draft = Draft(stream=AUTHORITY, body=spent, expected=authority.revision)
        try:
            await till.journal.append(till.by, (draft,))
        except StaleRevision:
            continue
        return


async def _authority(till: Till) -> Authority:
    held = await till.journal.held(AUTHORITY)
    state: Authority = held.state if held else Authority()
    return state


def _still_good(warrant: Warrant, authority: Authority, till: Till) -> None:
    drawn = authority.warrant(warrant.id)
    if drawn is None:
        raise WarrantVoid("never-minted")
    if drawn.digest != warrant.digest:
        raise WarrantVoid("altered")
    if drawn.spent_at is not None or drawn.outcome is not None:
        raise WarrantVoid("already-spent")
    stopped = authority.kill.holding(drawn) or authority.kill.voids(drawn, warrant.kill_epoch)
    if stopped or till.page.engaged():
        raise WarrantVoid("kill-switch")
    if till.clock.now() >= warrant.start_before:
        raise WarrantVoid("lapsed")
