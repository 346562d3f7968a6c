"""What an audit of the journal finds."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that is not as it was written: at a position, or between two noted heads.

    ``between`` (a, b]: the entries above a up to b.
    """

    what: str
    position: int | None = None
    between: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """How many entries were walked, every fault, and in words what could not be checked."""

    entries: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.faults
