"""How a source's entries add up."""

from dataclasses import dataclass, replace
from datetime import datetime

from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.sources import SourceLost, SourceRecovered


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """A metric source as its entries tell it."""

    source: str = ""
    lost: bool = False
    reason: str = ""
    since: datetime | None = None  # when it was lost, or came back
    losses: int = 0

    @property
    def wake_at(self) -> datetime | None:
        """Never by itself: the monitoring cycle asks every source."""
        return None

    @property
    def open(self) -> bool:
        """While it is lost."""
        return self.lost


def evolve(state: SourceState, entry: Entry) -> SourceState:
    """The source after one more entry."""
    match entry.body:
        case SourceLost(source=source, reason=reason):
            return replace(
                state,
                source=source,
                lost=True,
                reason=reason,
                since=entry.at,
                losses=state.losses + 1,
            )
        case SourceRecovered(source=source):
            return replace(state, source=source, lost=False, reason="", since=entry.at)
        case _:
            return state


SOURCE_FOLD: Fold[SourceState] = Fold(
    prefix="source", state=SourceState, initial=lambda _: SourceState(), evolve=evolve
)
