"""Dark servers: in the estate, and no source delivers readings of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

DARK_AFTER_CYCLES = 5  # whole cycles without a single reading; fewer is a restart


@dataclass(frozen=True, kw_only=True)
class Darkness:
    """For how many whole cycles in a row nothing was heard of each server that is missed."""

    missed: Mapping[str, int] = field(default_factory=dict)
    after: int = DARK_AFTER_CYCLES

    @property
    def dark(self) -> frozenset[str]:
        """The servers that have been silent long enough."""
        return frozenset(name for name, cycles in self.missed.items() if cycles >= self.after)

    def after_cycle(
        self, servers: Iterable[str], heard: frozenset[str], *, believed: bool
    ) -> "Darkness":
        """After one more whole cycle. O(servers).

        While a source could not be believed nobody's silence counts: the source is what is missing.
        """
        missed = {
            name: self.missed.get(name, 0) + believed for name in servers if name not in heard
        }
        return Darkness(
            missed={n: cycles for n, cycles in missed.items() if cycles}, after=self.after
        )
