"""Maintenance windows and freezes from iCalendar files, and every way in which a file is none."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.files.calendar_rules import MOST_EVENTS, check_text
from watchkeeper.adapters.files.calendars import FileCalendars
from watchkeeper.adapters.files.yaml_text import FileRefused
from watchkeeper.domain.almanac import Almanac, PeriodKind

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 10, tzinfo=UTC)
TUESDAYS = """\
UID:tuesdays
SUMMARY:Tuesday night
DTSTART;TZID=Europe/Berlin:20260303T020000
DTEND;TZID=Europe/Berlin:20260303T040000
RRULE:FREQ=WEEKLY;BYDAY=TU
EXDATE;TZID=Europe/Berlin:20260310T020000
CATEGORIES:window,class:web
"""
YEARS_END = """\
UID:end
SUMMARY:Year's end
DTSTART;VALUE=DATE:20261220
DTEND;VALUE=DATE:20270103
CATEGORIES:freeze
"""


def calendar(*events: str, zone: str = "Europe/Berlin") -> str:
    head = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{f'X-WR-TIMEZONE:{zone}' if zone else ''}\n"
    body = "".join(f"BEGIN:VEVENT\n{event}END:VEVENT\n" for event in events)
    return f"{head}{body}END:VCALENDAR\n".replace("\n\n", "\n")


def told(folder: Path, text: str, start: datetime = MARCH, end: datetime = APRIL) -> Almanac:
    (folder / "team.ics").write_text(text, encoding="utf-8")
    return asyncio.run(FileCalendars(folder).between(start, end))


def test_a_window_keeps_its_hour_on_the_wall_when_summer_time_begins(tmp_path: Path) -> None:
    almanac = told(tmp_path, calendar(TUESDAYS))
    assert [(p.start.day, p.start.hour) for p in almanac.periods] == [
        (3, 1),
        (17, 1),  # the tenth is excepted
        (24, 1),
        (31, 0),  # two o'clock in Berlin is an hour earlier in UTC from the 29th
        (7, 0),
    ]
    first = almanac.periods[0]
    assert (first.kind, first.title, first.zone) == (
        PeriodKind.WINDOW,
        "Tuesday night",
        "Europe/Berlin",
    )
    assert first.end - first.start == timedelta(hours=2)
    assert almanac.windowed == (first.scope,)
    assert first.scope.covers("web-1", "web") and not first.scope.covers("db-1", "database")


def test_windows_bind_although_none_is_near(tmp_path: Path) -> None:
    almanac = told(tmp_path, calendar(TUESDAYS), MARCH, MARCH + timedelta(seconds=1))
    assert almanac.periods == ()
    assert len(almanac.windowed) == 1


def test_a_freeze_of_whole_days_begins_at_midnight_of_the_calendar_s_zone(tmp_path: Path) -> None:
    inside = datetime(2026, 12, 25, tzinfo=UTC)
    (freeze,) = told(tmp_path, calendar(YEARS_END), inside, inside + timedelta(seconds=1)).periods
    assert freeze.kind is PeriodKind.FREEZE
    assert freeze.start == datetime(2026, 12, 19, 23, tzinfo=UTC)
    assert freeze.end == datetime(2027, 1, 2, 23, tzinfo=UTC)
    assert freeze.scope.covers("anything", "whatever")


def test_one_occurrence_may_be_moved(tmp_path: Path) -> None:
    moved = """\
UID:tuesdays
RECURRENCE-ID;TZID=Europe/Berlin:20260317T020000
SUMMARY:moved
DTSTART;TZID=Europe/Berlin:20260318T050000
DTEND;TZID=Europe/Berlin:20260318T060000
CATEGORIES:window,class:web
"""
    days = [p.start.day for p in told(tmp_path, calendar(TUESDAYS, moved)).periods]
    assert days == [3, 18, 24, 31, 7]


def test_what_was_called_off_is_no_period(tmp_path: Path) -> None:
    almanac = told(tmp_path, calendar(TUESDAYS + "STATUS:CANCELLED\n"))
    assert (almanac.periods, almanac.windowed, almanac.unreadable) == ((), (), ())


def test_single_servers_and_several_classes(tmp_path: Path) -> None:
    event = TUESDAYS.replace("window,class:web", "freeze,server:web-1,class:batch")
    scope = told(tmp_path, calendar(event)).periods[0].scope
    assert scope.covers("web-1", "web") and scope.covers("batch-9", "batch")
    assert not scope.covers("web-2", "web")


RULE = "RRULE:FREQ=WEEKLY;BYDAY=TU"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not one iCalendar"),
        ("hello", "is not one iCalendar"),
        (calendar(TUESDAYS.replace("UID:tuesdays\n", "")), "has no UID"),
        (calendar(TUESDAYS.replace("window,", "windo,")), "CATEGORIES has to say"),
        (calendar(TUESDAYS.replace("window,", "window,freeze,")), "CATEGORIES has to say"),
        (calendar(TUESDAYS.replace("class:web", "klass:web")), "CATEGORIES may say"),
        (calendar(TUESDAYS.replace("class:web", "class:")), "CATEGORIES may say"),
        (calendar(TUESDAYS.replace(";TZID=Europe/Berlin", "")), "without a known time zone"),
        (calendar(TUESDAYS.replace("Europe/Berlin", "Mars/Olympus")), "without a known time zone"),
        (calendar(YEARS_END, zone=""), "a whole day needs X-WR-TIMEZONE"),
        (calendar(YEARS_END, zone="Mars/Olympus"), "no such time zone"),
        (calendar(TUESDAYS.replace("20260303T040000", "20260303T010000")), "ends before"),
        (calendar(TUESDAYS.replace("20260303T020000", "10260303T020000")), "a year before"),
        (calendar(TUESDAYS.replace(RULE, "RRULE:FREQ=SECONDLY")), "FREQ has to be"),
        (calendar(TUESDAYS.replace(RULE, "RRULE:FREQ=SECO\n NDLY")), "FREQ has to be"),
        (calendar(TUESDAYS.replace(RULE, "RRULE:FREQ=DAILY;BYSECOND=1,2")), "BYSECOND may not"),
        (calendar(TUESDAYS.replace(RULE, "RRULE:FREQ=DAILY;INTERVAL=0")), "INTERVAL has to be"),
        (calendar(TUESDAYS.replace(RULE, "RRULE:FREQ=DAILY;COUNT=99999999")), "COUNT has to be"),
        (calendar(*[TUESDAYS] * (MOST_EVENTS + 1)), "more than 500 events"),
    ],
)
def test_what_cannot_be_used_is_told_and_never_taken_for_empty(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "good.ics").write_text(calendar(TUESDAYS), encoding="utf-8")
    almanac = told(tmp_path, text)
    (fault,) = almanac.unreadable
    assert fault.split(":")[0].endswith("team.ics") and reason in fault
    assert len(almanac.periods) == 5, "the good ones hold all the same"


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    almanac = asyncio.run(FileCalendars(tmp_path / "missing").between(MARCH, APRIL))
    assert len(almanac.unreadable) == 1


def test_it_is_read_again_when_it_is_asked_to(tmp_path: Path) -> None:
    calendars = FileCalendars(tmp_path)
    (tmp_path / "team.ics").write_text(calendar(TUESDAYS), encoding="utf-8")
    assert asyncio.run(calendars.between(MARCH, APRIL)).periods == ()
    assert asyncio.run(calendars.read()) == "1 calendars with 1 events"
    assert len(asyncio.run(calendars.between(MARCH, APRIL)).periods) == 5


def test_a_recurrence_that_never_comes_does_not_hang(tmp_path: Path) -> None:
    never = TUESDAYS.replace(RULE, "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=MO")
    began = time.monotonic()
    told(tmp_path, calendar(*(never.replace("tuesdays", f"n{n}") for n in range(100))))
    assert time.monotonic() - began < 30


LINES = st.sampled_from((calendar(TUESDAYS) + calendar(YEARS_END)).splitlines())
JUNK = st.lists(LINES | st.text(max_size=40), max_size=30).map("\n".join)


@settings(deadline=None, max_examples=150)
@given(JUNK)
def test_whatever_stands_in_a_file_it_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("calendars")
    almanac = told(folder, text)
    try:
        check_text(text, "team.ics")
    except FileRefused:
        assert almanac.unreadable
    assert all(period.start < period.end for period in almanac.periods)
