"""When a log line was written, in the formats that servers write.

Times without a zone are local to this host. A syslog time without a year is in the newest year
that does not put it after ``newest``.
"""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

from watchkeeper.domain.instant import from_unix

FRONT_CHARACTERS = 160  # where in a line a time is looked for
AHEAD = timedelta(days=1)  # how far a clock may be wrong before last year is meant

_MONTHS = {
    month: number
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH = "(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"(?P<hour>[0-2]\d):(?P<minute>[0-5]\d):(?P<second>[0-6]\d)(?:[.,](?P<fraction>\d{1,9}))?"
_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)"

_FORMATS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        # ISO 8601, RFC 5424, PostgreSQL, Python, most JSON logs; nginx's error log with slashes
        rf"(?<!\d)(?P<year>\d{{4}})[-/](?P<moon>\d\d)[-/](?P<day>\d\d)[T ]"
        rf"{_CLOCK}(?: ?{_ZONE})?(?!\d)",
        # common log format: nginx, Apache, HAProxy access logs
        rf"\[(?P<day>\d\d)/{_MONTH}/(?P<year>\d{{4}}):{_CLOCK} {_ZONE}\]",
        # Apache's error log
        rf"\[[A-Z][a-z]{{2}} {_MONTH} (?P<day>\d\d) {_CLOCK} (?P<year>\d{{4}})\]",
        # Redis
        rf"(?<!\d)(?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_CLOCK}",
        # syslog, RFC 3164
        rf"^(?:<\d{{1,3}}>)?{_MONTH} [ ]?(?P<day>\d{{1,2}}) {_CLOCK}",
    )
)

LocalTime = Callable[[tuple[int, int, int, int, int, int, int, int, int]], float]


def written_at(line: str, newest: datetime, local: LocalTime = time.mktime) -> datetime | None:
    """The UTC instant that a line carries near its front; None when it carries none."""
    front = line[:FRONT_CHARACTERS]
    found = [match for match in (each.search(front) for each in _FORMATS) if match]
    if not found:
        return None
    parts = min(found, key=lambda match: match.start()).groupdict()
    try:
        return _instant(parts, newest, local)
    except (ValueError, OverflowError):
        return None  # the 31st of February


def _instant(parts: dict[str, str | None], newest: datetime, local: LocalTime) -> datetime:
    year = parts.get("year")
    if year is not None:
        return _in_year(int(year), parts, local)
    for candidate in (newest.year + 1, newest.year, newest.year - 1):
        with suppress(ValueError):  # the 29th of February
            instant = _in_year(candidate, parts, local)
            if instant <= newest + AHEAD:
                return instant
    raise ValueError("no year fits")


def _in_year(year: int, parts: dict[str, str | None], local: LocalTime) -> datetime:
    naive = datetime(
        year,
        _month(parts),
        int(parts["day"] or 0),
        int(parts["hour"] or 0),
        int(parts["minute"] or 0),
        min(int(parts["second"] or 0), 59),  # a leap second
        int((parts.get("fraction") or "0").ljust(6, "0")[:6]),
        tzinfo=UTC,
    )
    zone = parts.get("zone")
    if zone is None:
        fields = naive.timetuple()[:8]
        seconds = local((*fields, -1))  # -1: whatever summer time was then
        return from_unix(seconds) + timedelta(microseconds=naive.microsecond)
    return naive.replace(tzinfo=_zone(zone)).astimezone(UTC)


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("month")
    return _MONTHS[name.lower()] if name else int(parts["moon"] or 0)


def _zone(text: str) -> timezone:
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
