"""Maintenance windows and freezes from a directory of iCalendar files (RFC 5545)."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from watchkeeper.adapters.files.calendar_event import Event, event_of, instant, usual_zone
from watchkeeper.adapters.files.calendar_rules import LIMIT_BYTES, check_text
from watchkeeper.adapters.files.yaml_text import FileRefused, read_text
from watchkeeper.domain.almanac import Almanac, Period, PeriodKind, Scope
from watchkeeper.ports.errors import SourceUnavailable

SOURCE = "calendars"
MOST_FILES = 100
MOST_PERIODS = 1000
LONGEST_SECONDS = 5.0  # of looking for occurrences
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class _Series:
    """One event with its exceptions: what shares a UID."""

    calendar: str
    zone: ZoneInfo | None
    components: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class _Shelf:
    """What was read."""

    series: tuple[_Series, ...] = ()
    windowed: tuple[Scope, ...] = ()
    unreadable: tuple[str, ...] = ()
    files: int = 0


class FileCalendars:
    """The ``*.ics`` of a directory as they were last read; implements ``Calendars``.

    Whatever is wrong with a file makes that file unreadable, and the answer says so: what it might
    forbid is never taken for permitted.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._shelf = shelf_of(directory)

    async def read(self) -> str:
        """Read the directory again; a line on what is in force."""
        self._shelf = await asyncio.to_thread(shelf_of, self._directory)
        shelf = self._shelf
        told = f"{shelf.files} calendars with {len(shelf.series)} events"
        return "; ".join((told, *(f"unreadable: {each}" for each in shelf.unreadable)))

    async def between(self, start: datetime, end: datetime) -> Almanac:
        """The periods that touch the span, by their start. Raises SourceUnavailable."""
        return await asyncio.to_thread(_almanac, self._shelf, start, end)


def shelf_of(directory: Path) -> _Shelf:
    """Everything in the directory as it is now."""
    try:
        files = sorted(each for each in directory.iterdir() if each.suffix == ".ics")
    except OSError as error:
        return _Shelf(unreadable=(f"{directory}: cannot be read: {error.strerror}",))
    if len(files) > MOST_FILES:
        return _Shelf(unreadable=(f"{directory}: more than {MOST_FILES} calendars",))
    series: list[_Series] = []
    windowed: list[Scope] = []
    unreadable: list[str] = []
    for file in files:
        try:
            found, scopes = _read(file)
        except FileRefused as refused:
            unreadable.append(str(refused))
        else:
            series += found
            windowed += scopes
    return _Shelf(
        series=tuple(series),
        windowed=tuple(dict.fromkeys(windowed)),
        unreadable=tuple(unreadable),
        files=len(files),
    )


def _read(file: Path) -> tuple[list[_Series], list[Scope]]:
    """The events of a file, and the scopes of its windows. Raises FileRefused."""
    text = read_text(file, LIMIT_BYTES)
    check_text(text, file.name)
    try:
        calendar = icalendar.Calendar.from_ical(text)
        zone = usual_zone(calendar, file.name)
        found: dict[str, list[Any]] = {}
        events = []
        for component in calendar.walk("VEVENT"):
            if str(component.get("STATUS", "")).upper() != "CANCELLED":
                events.append(event_of(component, file.name, zone))
            found.setdefault(_uid(component, file.name), []).append(component)
    except FileRefused:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        # whatever a library makes of a file that is none: its kind is all that is safe to repeat
        raise FileRefused(f"{file.name}: not a usable iCalendar ({type(error).__name__})") from None
    scopes = [event.scope for event in events if event.kind is PeriodKind.WINDOW]
    series = [
        _Series(calendar=file.name, zone=zone, components=tuple(same)) for same in found.values()
    ]
    _try_out(series)
    return series, scopes


def _uid(component: Any, name: str) -> str:
    uid = str(component.get("UID", ""))
    if not uid:
        raise FileRefused(f"{name}: an event has no UID")
    return uid


def _try_out(series: list[_Series]) -> None:
    """Expand a year once, so that what cannot be expanded is known when it is read."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    until = time.monotonic() + LONGEST_SECONDS
    for each in series:
        for _ in _periods(each, start, start + 366 * DAY):
            pass
        if time.monotonic() > until:
            raise FileRefused(f"{each.calendar}: takes too long to expand")


def _almanac(shelf: _Shelf, start: datetime, end: datetime) -> Almanac:
    found: list[Period] = []
    unreadable = list(shelf.unreadable)
    until = time.monotonic() + LONGEST_SECONDS
    for series in shelf.series:
        if time.monotonic() > until:
            raise SourceUnavailable(SOURCE, "timeout", f"{series.calendar} takes too long")
        try:
            found += _periods(series, start, end)
        except FileRefused as refused:
            unreadable.append(str(refused))
    if len(found) > MOST_PERIODS:  # what is cut off might be a freeze
        unreadable.append(f"more than {MOST_PERIODS} windows and freezes in one span")
        found = sorted(found, key=_by_start)[:MOST_PERIODS]
    return Almanac(
        periods=tuple(sorted(found, key=_by_start)),
        windowed=shelf.windowed,
        unreadable=tuple(unreadable),
    )


def _by_start(period: Period) -> tuple[datetime, str, str]:
    return period.start, period.calendar, period.title


def _periods(series: _Series, start: datetime, end: datetime) -> Iterator[Period]:
    """The occurrences that touch the span. Raises FileRefused.

    Asked for a day more on both sides: whole days and zones move by up to that.
    """
    calendar = icalendar.Calendar()
    for component in series.components:
        calendar.add_component(component)
    try:
        query = recurring_ical_events.of(calendar, skip_bad_series=False)
        occurrences = query.between(start - DAY, end + DAY)
    except (ValueError, TypeError, AttributeError, OverflowError, LookupError) as error:
        raise FileRefused(
            f"{series.calendar}: its occurrences cannot be told ({type(error).__name__})"
        ) from None
    for occurrence in occurrences:
        if str(occurrence.get("STATUS", "")).upper() == "CANCELLED":
            continue
        period = _period(series, event_of(occurrence, series.calendar, series.zone), occurrence)
        if period.start < end and period.end > start:
            yield period


def _period(series: _Series, event: Event, occurrence: Any) -> Period:
    begins: date = occurrence.start
    ends: date = occurrence.end
    start, end = instant(begins, series.zone), instant(ends, series.zone)
    if end <= start:
        raise FileRefused(f"{series.calendar}: {event.title}: ends before it begins")
    return Period(
        kind=event.kind,
        start=start,
        end=end,
        scope=event.scope,
        title=event.title,
        zone=event.zone,
        calendar=series.calendar,
    )
