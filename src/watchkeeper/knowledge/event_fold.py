"""What other systems told about the estate lately: deployments, changes and notes, by source."""

from dataclasses import dataclass, replace
from datetime import datetime

from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.sources import EventReceived

KEPT = 200  # newest events of a source; enough for its retries and for the last hours


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event. ``position`` is where the journal has it."""

    id: str
    event: str
    item: str
    happened_at: datetime
    position: int


@dataclass(frozen=True, kw_only=True)
class EventState:
    """What one source has told, newest last."""

    recent: tuple[Told, ...] = ()

    @property
    def wake_at(self) -> datetime | None:
        """It never wants attention by itself."""
        return None

    @property
    def open(self) -> bool:
        """More may be told at any time."""
        return True

    def knows(self, event_id: str) -> bool:
        """Whether an event with the sender's id was told lately."""
        return any(told.id == event_id for told in self.recent)


def evolve(state: EventState, entry: Entry) -> EventState:
    """The source after one more entry. O(events kept)."""
    match entry.body:
        case EventReceived() as said:
            told = Told(
                id=said.id,
                event=said.event,
                item=said.item,
                happened_at=said.happened_at,
                position=entry.position,
            )
            return replace(state, recent=(*state.recent, told)[-KEPT:])
        case _:
            return state


EVENT_FOLD: Fold[EventState] = Fold(
    prefix="event", state=EventState, initial=lambda _: EventState(), evolve=evolve
)
"""The fold of ``event/<source>``."""
