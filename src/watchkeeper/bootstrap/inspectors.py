"""The inspector of the whole estate: this host directly, the others from outside and by ssh."""

from collections.abc import Callable
from dataclasses import dataclass

from watchkeeper.domain.estate import Service
from watchkeeper.ports.inspector import FilesystemState, Inspector, Presence, ServiceState


@dataclass(frozen=True, kw_only=True)
class Inspectors:
    """Sends each question to the inspector that can answer it."""

    is_here: Callable[[str], bool]
    here: Inspector
    elsewhere: Inspector

    async def service(self, service: Service) -> ServiceState:
        """The service as it is now. Raises SourceUnavailable."""
        return await self._for(service.server).service(service)

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        """The file system as it is now. Raises SourceUnavailable."""
        return await self._for(server).filesystem(server, mount)

    async def presence(self, server: str) -> Presence:
        """Who is at work there now. Raises SourceUnavailable."""
        return await self._for(server).presence(server)

    def _for(self, server: str) -> Inspector:
        return self.here if self.is_here(server) else self.elsewhere
