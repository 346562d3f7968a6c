"""When the estate may be changed: maintenance windows and freezes, as intervals."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PeriodKind(StrEnum):
    """What a period is for."""

    WINDOW = "window"  # changes belong here; outside of it, a person is asked
    FREEZE = "freeze"  # nothing is changed without a person


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a period is about; without servers and classes: everything."""

    servers: frozenset[str] = field(default_factory=frozenset)
    classes: frozenset[str] = field(default_factory=frozenset)

    def covers(self, server: str, server_class: str) -> bool:
        """Whether a server of that class is meant."""
        everything = not self.servers and not self.classes
        return everything or server in self.servers or server_class in self.classes


@dataclass(frozen=True, kw_only=True)
class Period:
    """One occurrence, from its start to just before its end, in UTC."""

    kind: PeriodKind
    start: datetime
    end: datetime
    scope: Scope
    title: str
    zone: str  # the time zone it was written in
    calendar: str  # the file

    def lasts(self, now: datetime) -> bool:
        """Whether it is on."""
        return self.start <= now < self.end


@dataclass(frozen=True, kw_only=True)
class Almanac:
    """The periods that touch some span of time, and what is known besides.

    ``windowed`` are the scopes that have windows at all, whenever the next one may be.
    ``unreadable`` tells which calendars cannot be read, each with the reason.
    """

    periods: tuple[Period, ...] = ()
    windowed: tuple[Scope, ...] = ()
    unreadable: tuple[str, ...] = ()


NOTHING_PLANNED = Almanac()
