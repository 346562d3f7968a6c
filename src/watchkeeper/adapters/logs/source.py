"""The logs port on this host."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime

from watchkeeper.adapters.logs.journald import RUNNING, JournaldSilent, journalled
from watchkeeper.adapters.logs.tail import NotAFile, Placed, Window, tailed
from watchkeeper.domain.estate import Service
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.logs import LogLine

NAME = "host-logs"
FILE_SECONDS = 10.0

_Part = tuple[Placed, ...] | SourceUnavailable


class HostLogs:
    """A unit's messages where journald runs, and the log files that the estate lists.

    ``is_here`` says of a server whether it is this host: the files of another have the same names.
    """

    def __init__(
        self, is_here: Callable[[str], bool], crew: Crew, journalctl: str | None = None
    ) -> None:
        self._is_here = is_here
        self._crew = crew
        self._journalctl = journalctl or ("journalctl" if RUNNING.exists() else None)

    @property
    def name(self) -> str:
        """The source's name."""
        return NAME

    async def lines(
        self, service: Service, start: datetime, end: datetime, limit: int
    ) -> tuple[LogLine, ...]:
        """The newest lines within [start, end], oldest first, of all the service's logs.

        A log that cannot be read is a line that says so; SourceUnavailable when none can.
        """
        if not self._is_here(service.server):
            raise SourceUnavailable(NAME, "absent", f"{service.server} is not this host")
        asked = tuple(self._asked(service, Window(start=start, end=end), limit))
        if not asked:
            raise SourceUnavailable(NAME, "absent", f"no logs are listed for {service.name}")
        parts = await asyncio.gather(*asked)
        failed = [part for part in parts if isinstance(part, SourceUnavailable)]
        if len(failed) == len(parts):
            raise failed[0]
        read = [placed for part in parts if isinstance(part, tuple) for placed in part]
        read.sort(key=lambda placed: placed.belongs_at)  # stable: a file's own order stays
        unread = tuple(LogLine(at=None, origin=NAME, text=f"not read: {each}") for each in failed)
        return (*(placed.line for placed in read[max(len(read) - limit, 0) :]), *unread)

    def _asked(
        self, service: Service, window: Window, limit: int
    ) -> Iterator[Coroutine[None, None, _Part]]:
        if service.unit and self._journalctl is not None:
            yield self._unit(self._journalctl, service.unit, window, limit)
        for path in service.logs:
            yield self._file(path, window)

    async def _unit(self, program: str, unit: str, window: Window, limit: int) -> _Part:
        try:
            return await journalled(unit, window, limit, program)
        except JournaldSilent as error:
            return SourceUnavailable(NAME, error.word, f"unit {unit}: {error}")

    async def _file(self, path: str, window: Window) -> _Part:
        try:
            async with asyncio.timeout(FILE_SECONDS):
                return await self._crew.run(tailed, path, window)
        except TimeoutError:
            return SourceUnavailable(NAME, "timeout", f"{path}: not read in {FILE_SECONDS:g} s")
        except PermissionError:
            return SourceUnavailable(NAME, "denied", f"{path}: permission denied")
        except NotAFile:
            return SourceUnavailable(NAME, "malformed", f"{path}: not a regular file")
        except OSError as error:
            return SourceUnavailable(NAME, "absent", f"{path}: {error.strerror}")
