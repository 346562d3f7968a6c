"""An event of a calendar file as a rule for periods: what it is for, and whom it is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchkeeper.adapters.files.yaml_text import FileRefused
from watchkeeper.domain.almanac import PeriodKind, Scope

EARLIEST = 2000  # an older start would only be counted through
LATEST = 2200
LONGEST_TITLE = 200


@dataclass(frozen=True, kw_only=True)
class Event:
    """What all occurrences of one event share."""

    kind: PeriodKind
    scope: Scope
    title: str
    zone: str


def event_of(component: Any, name: str, usual: ZoneInfo | None) -> Event:
    """The event, by its CATEGORIES. Raises FileRefused."""
    title = " ".join(str(component.get("SUMMARY", "")).split())[:LONGEST_TITLE] or "untitled"
    words = _categories(component)
    kinds = [kind for kind in PeriodKind if kind in words]
    if len(kinds) != 1:
        raise FileRefused(f"{name}: {title}: CATEGORIES has to say window or freeze")
    servers, classes = _named(words, "server:"), _named(words, "class:")
    if len(words) != 1 + len(servers) + len(classes) or "" in servers | classes:
        raise FileRefused(f"{name}: {title}: CATEGORIES may say class:NAME and server:NAME besides")
    _check_times(component, f"{name}: {title}", usual)
    start = component.get("DTSTART").dt
    return Event(
        kind=kinds[0],
        scope=Scope(servers=servers, classes=classes),
        title=title,
        zone=_zone_name(start, usual),
    )


def instant(moment: date, usual: ZoneInfo | None) -> datetime:
    """A time of the file in UTC; a day begins at midnight of the calendar's own zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time(), usual or UTC).astimezone(UTC)


def usual_zone(calendar: Any, name: str) -> ZoneInfo | None:
    """The zone of whole days, X-WR-TIMEZONE. Raises FileRefused."""
    said = str(calendar.get("X-WR-TIMEZONE", "")).strip()
    if not said:
        return None
    try:
        return ZoneInfo(said)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FileRefused(f"{name}: X-WR-TIMEZONE: no such time zone") from None


def _check_times(component: Any, where: str, usual: ZoneInfo | None) -> None:
    start = component.get("DTSTART")
    if start is None:
        raise FileRefused(f"{where}: has no DTSTART")
    whole_day = not isinstance(start.dt, datetime)
    if whole_day and usual is None:
        raise FileRefused(f"{where}: a whole day needs X-WR-TIMEZONE in the calendar")
    ends = component.get("DTEND") or component.get("DURATION")
    if ends is None and not whole_day:
        raise FileRefused(f"{where}: has no DTEND and no DURATION")
    _check_moments(component, where)
    if _backwards(component, usual):
        raise FileRefused(f"{where}: ends before it begins")


def _check_moments(component: Any, where: str) -> None:
    start = component.get("DTSTART")
    for moment in (start.dt, getattr(component.get("DTEND"), "dt", start.dt)):
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise FileRefused(f"{where}: a time without a known time zone; add TZID, or Z (UTC)")
        if not EARLIEST <= moment.year <= LATEST:
            raise FileRefused(f"{where}: a year before {EARLIEST} or after {LATEST}")


def _backwards(component: Any, usual: ZoneInfo | None) -> bool:
    """Whether it ends before or when it begins; left alone, that would be straightened out."""
    end, lasting = component.get("DTEND"), component.get("DURATION")
    if end is not None:
        return instant(end.dt, usual) <= instant(component.get("DTSTART").dt, usual)
    return lasting is not None and lasting.dt <= timedelta(0)


def _categories(component: Any) -> frozenset[str]:
    said = component.get("CATEGORIES", ())
    groups = said if isinstance(said, list) else [said]
    return frozenset(str(word).strip() for group in groups for word in getattr(group, "cats", ()))


def _named(words: frozenset[str], prefix: str) -> frozenset[str]:
    return frozenset(word.removeprefix(prefix).strip() for word in words if word.startswith(prefix))


def _zone_name(start: date, usual: ZoneInfo | None) -> str:
    zone: tzinfo | None = start.tzinfo if isinstance(start, datetime) else usual
    return str(getattr(zone, "key", None) or zone or "UTC")
