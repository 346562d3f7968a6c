"""Spending a warrant.

The last look before the world is touched, and the only place that makes a ``Spent``.
"""

from watchkeeper.domain.entry import Actor, Draft
from watchkeeper.domain.events.authority import AUTHORITY, WarrantSpent
from watchkeeper.domain.warrant import Spent, Warrant
from watchkeeper.governance.authority import Authority
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage


class WarrantVoid(Exception):
    """The warrant may not be used (any more); nothing was started."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"the warrant may not be used: {rule}")
        self.rule = rule


async def spend(
    warrant: Warrant, by: Actor, journal: Journal, clock: Clock, page: KillPage
) -> Spent:
    """Use up a warrant by compare-and-set on the authority stream, immediately before the call.

    Whoever loses the race looks again: a kill or another worker's spending is then seen. Raises
    WarrantVoid.
    """
    while True:
        held = await journal.held(AUTHORITY)
        authority = held.state if held else Authority()
        _still_good(warrant, authority, clock, page)
        draft = Draft(
            stream=AUTHORITY, body=WarrantSpent(warrant=warrant.id), expected=authority.revision
        )
        try:
            await journal.append(by, (draft,))
        except StaleRevision:
            continue
        if page.engaged():
            raise WarrantVoid("kill-switch")
        return Spent(warrant=warrant, at=clock.now())


def _still_good(warrant: Warrant, authority: Authority, clock: Clock, page: KillPage) -> None:
    drawn = authority.warrant(warrant.id)
    if drawn is None:
        raise WarrantVoid("never-minted")
    if drawn.spent_at is not None or drawn.outcome is not None:
        raise WarrantVoid("already-spent")
    if authority.killed or page.engaged() or authority.kill_epoch != warrant.kill_epoch:
        raise WarrantVoid("kill-switch")
    if clock.now() >= warrant.start_before:
        raise WarrantVoid("lapsed")
