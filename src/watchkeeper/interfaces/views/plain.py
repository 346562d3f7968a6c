"""Domain values as JSON has them."""

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum


def plain(value: object) -> object:
    """Dataclasses as objects, tuples as lists, enums by value, instants in ISO 8601, UTC."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return at(value)
        case timedelta():
            return value.total_seconds()
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple() | frozenset() | set():
            return [plain(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return fields_of(value)
        case _:
            return str(value)


def fields_of(value: object) -> dict[str, object]:
    """A dataclass's fields as JSON has them; nothing of anything else."""
    named = fields(value) if is_dataclass(value) else ()
    return {field.name: plain(getattr(value, field.name)) for field in named}


def at(instant: datetime) -> str:
    """``2026-11-24T04:01:02.345Z``: milliseconds are enough to be read."""
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def at_or_none(instant: datetime | None) -> str | None:
    """An instant that may not have come."""
    return at(instant) if instant else None
