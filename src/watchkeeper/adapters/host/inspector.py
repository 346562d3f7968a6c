"""The inspector port on this host: a data path of its own, beside every metric source."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from watchkeeper.adapters.host.census import Census
from watchkeeper.adapters.host.filesystems import NotMounted, space
from watchkeeper.adapters.host.look import censuses
from watchkeeper.adapters.host.places import ThisHost
from watchkeeper.adapters.host.presence import presence
from watchkeeper.adapters.wire.probe import TIMEOUT_SECONDS, Probed, probed
from watchkeeper.domain.estate import Service
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.inspector import FilesystemState, Presence, ServiceState

SOURCE = "inspector"

T = TypeVar("T")


class HostInspector:
    """Looks at the services and file systems of this host, each time anew. Read-only.

    Its crew may be held up by a file system that hangs: give it threads of its own.
    """

    def __init__(
        self, host: ThisHost, crew: Crew, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._host = host
        self._crew = crew
        self._timeout_seconds = timeout_seconds

    async def service(self, service: Service) -> ServiceState:
        """Its probe's verdict and its processes. Raises SourceUnavailable."""
        self._check(service.server)
        counting = self._looked(censuses, (service,), self._host.services)
        found, verdict = await asyncio.gather(counting, self._probed(service))
        return _state(found[service.name], verdict)

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        """Space of a mount of this host. Raises SourceUnavailable."""
        self._check(server)
        return await self._looked(space, mount)

    async def presence(self, server: str) -> Presence:
        """Terminals in use, and package or ansible runs, of this host. Raises SourceUnavailable."""
        self._check(server)
        return await self._looked(presence)

    async def _probed(self, service: Service) -> Probed | None:
        return await probed(service.probe, self._timeout_seconds) if service.probe else None

    def _check(self, server: str) -> None:
        if not self._host.is_here(server):
            raise SourceUnavailable(SOURCE, "absent", f"{server} is not this host")

    async def _looked(self, look: Callable[..., T], *arguments: object) -> T:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._crew.run(look, *arguments)
        except TimeoutError:
            failure = ("timeout", f"no answer in {self._timeout_seconds:g} s")
        except NotMounted as error:
            failure = ("absent", f"nothing is mounted at {error}")
        except PermissionError as error:
            failure = ("denied", f"{error.filename}: {error.strerror}")
        except OSError as error:
            failure = ("absent", f"{error.filename}: {error.strerror}")
        raise SourceUnavailable(SOURCE, *failure)


def _state(found: Census, verdict: Probed | None) -> ServiceState:
    return ServiceState(
        answers=None if verdict is None else verdict.answers,
        probe_reason="" if verdict is None else verdict.reason,
        probe_seconds=None if verdict is None else verdict.seconds,
        alive=found.alive,
        zombies=found.zombies,
        main_alive=found.main_alive,
    )
