"""The calendars of the settings, and what they say."""

from datetime import datetime

from watchkeeper.adapters.files.calendars import FileCalendars
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.almanac import NOTHING_PLANNED, Almanac


def calendars_of(settings: Settings) -> FileCalendars | None:
    """The calendars as they lie on disk now; None where the settings name no directory."""
    directory = settings.windows.directory
    return FileCalendars(directory) if directory else None


async def planned(settings: Settings, start: datetime, end: datetime) -> Almanac:
    """The windows and freezes of a span. Raises SourceUnavailable."""
    calendars = calendars_of(settings)
    return await calendars.between(start, end) if calendars else NOTHING_PLANNED
