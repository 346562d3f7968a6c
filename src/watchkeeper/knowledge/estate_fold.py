"""How the estate's entries add up."""

from dataclasses import dataclass, replace
from datetime import datetime

from watchkeeper.domain.entry import Entry, Fold
from watchkeeper.domain.events.estate import ESTATE, DarkServersChanged, EstateAdopted


@dataclass(frozen=True, kw_only=True)
class EstateState:
    """The estate that is in force, by its digest; names stand in the blobs."""

    revision: int = 0
    digest: str = ""
    roll: str = ""  # SHA-256 of the file with its names
    servers: int = 0
    services: int = 0
    unclassified: int = 0
    drift: int = 0
    adopted_at: datetime | None = None
    dark: int = 0
    dark_names: str = ""  # digest of the blob with their names
    dark_since: datetime | None = None  # when that was said last

    @property
    def wake_at(self) -> datetime | None:
        """Never by itself."""
        return None

    @property
    def open(self) -> bool:
        """It never ends."""
        return True


def evolve(state: EstateState, entry: Entry) -> EstateState:
    """The estate after one more entry."""
    state = replace(state, revision=entry.revision)
    match entry.body:
        case EstateAdopted() as adopted:
            return replace(
                state,
                digest=adopted.digest,
                roll=adopted.roll,
                servers=adopted.servers,
                services=adopted.services,
                unclassified=adopted.unclassified,
                drift=adopted.drift,
                adopted_at=entry.at,
            )
        case DarkServersChanged(dark=dark, names=names):
            return replace(state, dark=dark, dark_names=names, dark_since=entry.at)
        case _:
            return state


ESTATE_FOLD: Fold[EstateState] = Fold(
    prefix=ESTATE, state=EstateState, initial=lambda _: EstateState(), evolve=evolve
)
"""The fold of ``estate``."""
