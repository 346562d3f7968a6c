"""Maintenance windows and freezes from outside."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchkeeper.domain.almanac import Almanac, Period, Scope
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.interfaces.views.plain import at


def window_list(almanac: Almanac, now: datetime, limit: int) -> View:
    """The occurrences, by their start, and the calendars that cannot be read."""
    return {
        "periods": [_period(each, now) for each in almanac.periods[:limit]],
        "unreadable": list(almanac.unreadable),
    }


def windows_of(almanac: Almanac, server: str, server_class: str, now: datetime) -> View:
    """What binds one server: whether it may be changed now, and its next occurrences."""
    mine = [p for p in almanac.periods if p.scope.covers(server, server_class)]
    windowed = any(scope.covers(server, server_class) for scope in almanac.windowed)
    return {
        "server": server,
        "class": server_class,
        "has_windows": windowed,
        "periods": [_period(each, now) for each in mine],
        "unreadable": list(almanac.unreadable),
    }


def _period(period: Period, now: datetime) -> View:
    return {
        "kind": period.kind.value,
        "title": period.title,
        "for": _scope(period.scope),
        "on": period.lasts(now),
        "start": at(period.start),
        "end": at(period.end),
        "local": _local(period),
        "zone": period.zone,
        "calendar": period.calendar,
    }


def _scope(scope: Scope) -> str:
    words = [f"class:{each}" for each in sorted(scope.classes)]
    words += [f"server:{each}" for each in sorted(scope.servers)]
    return ", ".join(words) or "everything"


def _local(period: Period) -> str:
    """From when to when, as the clock on the wall says it there."""
    try:
        zone = ZoneInfo(period.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %d %b %H:%M}"
    return f"{start:%a %d %b %Y %H:%M} – {last}"
