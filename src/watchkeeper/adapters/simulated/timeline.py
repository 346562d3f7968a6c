"""Values over time that can be asked for any instants at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Steps:
    """A value that jumps at instants and holds between. Turns come in order of time."""

    def __init__(self, initial: float) -> None:
        self._times = [-np.inf]
        self._values = [initial]

    @property
    def disturbed(self) -> bool:
        """Whether it ever turned."""
        return len(self._times) > 1

    @property
    def now(self) -> float:
        """The value after the last turn."""
        return self._values[-1]

    def turn(self, at: float, value: float) -> None:
        """From this instant (unix seconds) on it has this value."""
        self._times.append(at)
        self._values.append(value)

    def at(self, times: Floats) -> Floats:
        """The values at instants, shape (t,)."""
        if len(self._times) == 1:
            return np.full(times.shape, self._values[0])
        places = np.searchsorted(self._times, times, side="right") - 1
        return np.asarray(self._values)[places]


class Slopes:
    """A value that grows or falls in straight lines, from zero. Turns come in order of time."""

    def __init__(self) -> None:
        self._times = [-np.inf]
        self._values = [0.0]
        self._rates = [0.0]

    @property
    def disturbed(self) -> bool:
        """Whether it ever turned."""
        return len(self._times) > 1

    @property
    def rate(self) -> float:
        """How fast it moves after the last turn, per second."""
        return self._rates[-1]

    def turn(self, at: float, *, rate: float, value: float | None = None) -> None:
        """From this instant on it moves by ``rate`` a second, from ``value`` or where it stands."""
        start = self.value(at) if value is None else value
        self._times.append(at)
        self._values.append(start)
        self._rates.append(rate)

    def value(self, at: float) -> float:
        """The value at one instant."""
        return float(self.at(np.array([at]))[0])

    def at(self, times: Floats) -> Floats:
        """The values at instants, shape (t,)."""
        if len(self._times) == 1:
            return np.zeros(times.shape)
        places = np.searchsorted(self._times, times, side="right") - 1
        start = np.asarray(self._times)[places]
        passed = np.where(np.isfinite(start), times - start, 0.0)
        values: Floats = np.asarray(self._values)[places] + np.asarray(self._rates)[places] * passed
        return values
