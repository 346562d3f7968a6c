"""What the watch remembers between two cycles.

After a restart the journal and the sources' history tell it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from watchkeeper.domain.readings import Series
from watchkeeper.monitoring import precursor, season, track
from watchkeeper.monitoring.deduplicate import Quiet
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.monitoring.precursor import Foresights
from watchkeeper.monitoring.presence import Presence
from watchkeeper.monitoring.roster import Roster
from watchkeeper.monitoring.score import Seasons
from watchkeeper.monitoring.track import Tracks

FORGOTTEN_AFTER_SECONDS = 2 * 86_400.0  # a series unseen for so long may lose its row
FORGOTTEN_LEAST = 1_000  # fewer dead rows are not worth the renumbering


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Counters only: nothing here decides what is true of an alert, the journal does."""

    roster: Roster = field(default_factory=Roster)
    presence: Presence = field(default_factory=Presence)
    tracks: Tracks = field(default_factory=dict)
    seasons: Seasons = field(default_factory=dict)
    foresights: Foresights = field(default_factory=dict)
    filled: frozenset[tuple[str, str]] = frozenset()  # source × server, whose past is known
    quiet: Quiet = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)  # source → failed cycles in a row
    cycled_at: datetime | None = None
    whole_at: datetime | None = None  # the last cycle that asked about everything

    def jumped(self, now: datetime, pace: Pace) -> float:
        """Seconds since the last cycle where those are far too many, else 0."""
        if self.cycled_at is None:
            return 0.0
        passed = (now - self.cycled_at).total_seconds()
        limit = max(pace.jump_cycles * pace.cycle_seconds, pace.jump_least_seconds)
        return passed if passed > limit else 0.0

    def uncounted(self) -> "Memory":
        """With every count of cycles begun again: what lies between was not watched."""
        return replace(
            self,
            tracks={rule: track.restarted(one) for rule, one in self.tracks.items()},
            foresights={
                metric: precursor.restarted(one) for metric, one in self.foresights.items()
            },
            quiet={},
            failures={},
        )

    def entered(self, series: tuple[Series, ...]) -> "Memory":
        """With rows for these series, seen or not: the journal holds something against them."""
        self.roster.enter(series)
        return replace(self, presence=self.presence.covering(self.roster))

    def tidied(self, now: datetime) -> "Memory":
        """Without the series that are long gone, once they are many. O(series), seldom."""
        fresh = self.presence.last_at >= now.timestamp() - FORGOTTEN_AFTER_SECONDS
        dead = len(fresh) - np.count_nonzero(fresh)
        if dead < FORGOTTEN_LEAST or dead * 2 < len(fresh):
            return self
        rows = np.flatnonzero(fresh)
        renumbered = np.cumsum(fresh) - 1
        return replace(
            self,
            roster=self.roster.kept(rows),
            presence=self.presence.kept(rows),
            tracks={rule: track.kept(one, fresh, renumbered) for rule, one in self.tracks.items()},
            seasons={
                metric: season.kept(one, fresh, renumbered) for metric, one in self.seasons.items()
            },
            foresights={
                metric: precursor.kept(one, fresh, renumbered)
                for metric, one in self.foresights.items()
            },
        )
