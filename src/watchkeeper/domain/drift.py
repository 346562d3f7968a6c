"""Drift: where the sources of the estate disagree with one another or with the world."""

from dataclasses import dataclass
from enum import StrEnum


class DriftKind(StrEnum):
    """What does not fit, worst first."""

    IDENTITY = "identity"  # two names for what looks like one server, or one name for two
    CONFLICT = "conflict"  # two sources say different things; the first of them is believed
    UNAVAILABLE = "unavailable"  # a source could not be asked
    DANGLING = "dangling"  # a server or a dependency that is not in the estate
    CIRCLE = "circle"  # dependencies that run in a circle
    DARK = "dark"  # in the estate, and no source delivers readings
    UNSEEN = "unseen"  # in the estate, and no target of a metric source that was asked
    UNLISTED = "unlisted"  # only a metric source knows it
    UNMEASURED = "unmeasured"  # a service without metrics
    UNWRITTEN = "unwritten"  # only labels say it, so it does not count
    UNUSABLE = "unusable"  # a label or a name that cannot be taken
    APPEARED = "appeared"  # not in the estate that the watch took last
    DISAPPEARED = "disappeared"  # in that estate, and not in the sources any more
    CHANGED = "changed"  # another class, exposure or place than in that estate


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One thing that does not fit. ``item`` and ``words`` may hold bounded foreign text."""

    kind: DriftKind
    item: str
    words: str  # what, and who says so
    field: str = ""
    sources: tuple[str, ...] = ()


def in_order(found: tuple[Drift, ...]) -> tuple[Drift, ...]:
    """Worst first, each kind by item; the same thing once."""
    rank = {kind: index for index, kind in enumerate(DriftKind)}
    return tuple(sorted(set(found), key=lambda d: (rank[d.kind], d.item, d.field, d.words)))
