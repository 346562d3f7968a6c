"""What a calendar file has to hold to before anything in it is expanded.

A recurrence that repeats by the second, or that never matches, would be looked for until the end
of time; so only the recurrences that maintenance windows are made of may stand there.
"""

import re
from collections.abc import Iterator

from watchkeeper.adapters.files.yaml_text import FileRefused

LIMIT_BYTES = 262_144
MOST_EVENTS = 500
MOST_RULES = 200
MOST_COUNTED = 10_000  # COUNT and INTERVAL
_PARTS = {
    "DAILY": {"BYDAY", "BYMONTH"},
    "WEEKLY": {"BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH"},
}
_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_FOLD = re.compile(r"\r?\n[ \t]")
_RULE = re.compile(r"^(?:RRULE|EXRULE)(?:;[^:]*)?:(.*)$", re.IGNORECASE | re.MULTILINE)
_EVENT = re.compile(r"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
_CALENDAR = re.compile(r"^BEGIN:VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE)


def check_text(text: str, name: str) -> None:
    """Look at the text before it is parsed. Raises FileRefused."""
    plain = _FOLD.sub("", text)
    if len(_CALENDAR.findall(plain)) != 1:
        raise FileRefused(f"{name}: is not one iCalendar (BEGIN:VCALENDAR)")
    if len(_EVENT.findall(plain)) > MOST_EVENTS:
        raise FileRefused(f"{name}: more than {MOST_EVENTS} events")
    rules = _RULE.findall(plain)
    if len(rules) > MOST_RULES:
        raise FileRefused(f"{name}: more than {MOST_RULES} recurrences")
    for rule in rules:
        for fault in _faults(rule.strip().upper()):
            raise FileRefused(f"{name}: RRULE: {fault}")


def _faults(rule: str) -> Iterator[str]:
    """What is wrong with one recurrence."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";") if part)
    frequency = parts.get("FREQ", "")
    if frequency not in _PARTS:
        yield f"FREQ has to be {', '.join(_PARTS)}"
        return
    for key in sorted(set(parts) - _ALWAYS - _PARTS[frequency]):
        yield f"{key[:20]} may not stand in a {frequency} recurrence"
    for key in ("INTERVAL", "COUNT"):
        value = parts.get(key, "1")
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= MOST_COUNTED):
            yield f"{key} has to be a number from 1 to {MOST_COUNTED}"
