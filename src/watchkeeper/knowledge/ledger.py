"""What several sources say of the same items, added up: the first that says a field is believed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, cast

from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.telling import Claim, Item

ADDED_UP = frozenset({"instances"})  # every source may know further names


@dataclass
class Ledger(Generic[Item]):
    """Items by name as they come together. Sources are entered in the order of precedence."""

    items: dict[str, Item] = field(default_factory=dict)
    said: dict[str, dict[str, str]] = field(default_factory=dict)  # item → field → who said it
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)  # item → who knows it
    drift: list[Drift] = field(default_factory=list)

    def enter(self, source: str, claim: Claim[Item]) -> None:
        """One source's word on one item. O(fields that it says)."""
        name: str = claim.item.name
        if name not in self.items:
            self.items[name] = claim.item
            self.said[name] = dict.fromkeys(claim.said, source)
            self.sources[name] = (source,)
            return
        self.sources[name] = (*self.sources[name], source)
        taken = {to: self._taken(name, to, source, claim) for to in sorted(claim.said - {"name"})}
        if taken:
            self.items[name] = replace(self.items[name], **cast(dict[str, Any], taken))

    def names(self) -> Iterable[str]:
        """In the order in which they were first told."""
        return self.items

    def _taken(self, name: str, to: str, source: str, claim: Claim[Item]) -> object:
        """What the field is from now on."""
        mine: Any = getattr(self.items[name], to)
        theirs: Any = getattr(claim.item, to)
        before = self.said[name].setdefault(to, source)
        if before == source:
            return theirs
        if to in ADDED_UP:
            return tuple(dict.fromkeys((*mine, *theirs)))
        if mine != theirs:
            self.drift.append(conflict(name, to, (before, mine), (source, theirs)))
        return mine


def conflict(item: str, to: str, kept: tuple[str, object], other: tuple[str, object]) -> Drift:
    """Two sources that say different things."""
    (first, mine), (second, theirs) = kept, other
    return Drift(
        kind=DriftKind.CONFLICT,
        item=item,
        field=shown_field(to),
        words=f"{first} says {shown(mine)} and is believed, {second} says {shown(theirs)}",
        sources=(first, second),
    )


def shown_field(to: str) -> str:
    """A field by the name that people write."""
    return "class" if to == "server_class" else to


def shown(value: object) -> str:
    """A value as it would stand in a file."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value) or "nothing"
