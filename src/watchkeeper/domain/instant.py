"""Instants are UTC, always: the one place that says so."""

from datetime import UTC, datetime, timedelta


class NotUtc(ValueError):
    """An instant must carry the UTC time zone."""


def utc(instant: datetime) -> datetime:
    """The same instant, or NotUtc when its zone is missing or another one."""
    if instant.utcoffset() != timedelta(0):
        raise NotUtc(f"not a UTC instant: {instant!r}")
    return instant


def from_unix(seconds: float) -> datetime:
    """The UTC instant that many seconds after 1970-01-01."""
    return datetime.fromtimestamp(seconds, tz=UTC)
