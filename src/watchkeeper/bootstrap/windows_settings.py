"""When the estate may be changed."""

from watchkeeper.bootstrap.section import ConfigPath, Section


class Windows(Section):
    """Maintenance windows and freezes, as iCalendar files."""

    directory: ConfigPath | None = None
    "The directory of the `*.ics` files; none: no windows and no freezes."
