"""One pretend file system over time: what is in use beyond its usual round, by what uses it."""

import numpy as np

from watchkeeper.adapters.simulated.blueprint import Mount
from watchkeeper.adapters.simulated.faults import Culprit
from watchkeeper.adapters.simulated.shapes import Shape
from watchkeeper.adapters.simulated.timeline import Floats, Slopes

KEPT_RATIO = 0.004  # what rotating or vacuuming leaves behind
SYSTEM_JOURNAL_RATIO = 0.02  # the system journal's usual share, there from the beginning
RESERVED_RATIO = 0.05  # an ordinary user may not write the last of it


class Volume:
    """A mount and its growth. Ratios of 0–1 of the whole file system."""

    def __init__(self, mount: Mount) -> None:
        self.mount = mount
        self._grown = {culprit: Slopes() for culprit in Culprit}

    @property
    def shape(self) -> Shape:
        """Its healthy use: a level, and a week's logs that are rotated on Monday."""
        return Shape(
            level=self.mount.used_ratio, weekly=self.mount.weekly_ratio, drift=0.001, noise=0.0002
        )

    @property
    def disturbed(self) -> bool:
        """Whether anything ever happened to it beyond its usual round."""
        return any(slopes.disturbed for slopes in self._grown.values())

    def grow(self, at: float, culprit: Culprit, per_second: float) -> None:
        """From now on this grows so fast, on top of what is there."""
        self._grown[culprit].turn(at, rate=per_second)

    def rotate(self, at: float) -> float:
        """Log files are rotated away, what they hold is freed; how much. What grows, grows on."""
        logs = self._grown[Culprit.LOGS]
        freed = max(0.0, logs.value(at) - KEPT_RATIO)
        logs.turn(at, value=logs.value(at) - freed, rate=logs.rate)
        return freed

    def vacuum(self, at: float) -> float:
        """The system journal is cut; how much that frees."""
        held = self._grown[Culprit.SYSTEM_JOURNAL]
        freed = held.value(at) + SYSTEM_JOURNAL_RATIO - KEPT_RATIO
        held.turn(at, value=KEPT_RATIO - SYSTEM_JOURNAL_RATIO, rate=held.rate)
        return max(0.0, freed)

    def beyond(self, times: Floats) -> Floats:
        """Use beyond the healthy round, shape (t,)."""
        total: Floats = np.sum([slopes.at(times) for slopes in self._grown.values()], axis=0)
        return total

    def free(self, healthy_use: Floats, times: Floats) -> Floats:
        """Space that an ordinary user may still write, shape (t,)."""
        used = healthy_use + self.beyond(times)
        return np.clip(1 - RESERVED_RATIO - used, 0.0, 1.0)
