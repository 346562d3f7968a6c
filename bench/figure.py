"""A measured figure: what it is held to, and what it is compared with."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a figure stands to its bar."""

    MET = "met"
    MISSED = "missed"
    OUT_OF_REACH = "out of reach"  # here and now the floor itself misses the bar
    NO_BAR = "no bar"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, kw_only=True)
class AtLeast:
    """The figure should be this or more."""

    value: float

    def holds(self, figure: float) -> bool:
        """Whether the figure is good enough."""
        return figure >= self.value

    def __str__(self) -> str:
        return f"≥ {self.value:,g}"


@dataclass(frozen=True, kw_only=True)
class AtMost:
    """The figure should be this or less."""

    value: float

    def holds(self, figure: float) -> bool:
        """Whether the figure is good enough."""
        return figure <= self.value

    def __str__(self) -> str:
        return f"≤ {self.value:,g}"


Bar = AtLeast | AtMost


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What the same machine gave in the same run without us, or with a peer, in the same unit."""

    what: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The median of ``samples`` measurements. ``lowest`` and ``highest`` say how far they lie."""

    name: str
    value: float
    unit: str
    samples: int
    lowest: float
    highest: float
    bar: Bar | None = None
    floor: Floor | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of its floor."""
        return self.value / self.floor.value if self.floor else None

    @property
    def verdict(self) -> Verdict:
        """Whether the bar holds."""
        if self.bar is None:
            return Verdict.NO_BAR
        if self.bar.holds(self.value):
            return Verdict.MET
        reachable = self.floor is None or self.bar.holds(self.floor.value)
        return Verdict.MISSED if reachable else Verdict.OUT_OF_REACH


@dataclass(frozen=True, kw_only=True)
class NotMeasured:
    """A figure that this machine could not give, and why: never a silence."""

    name: str
    reason: str
    bar: Bar | None = None

    @property
    def verdict(self) -> Verdict:
        """Not known."""
        return Verdict.NOT_MEASURED


Finding = Figure | NotMeasured
