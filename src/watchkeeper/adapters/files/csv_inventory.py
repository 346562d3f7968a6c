"""The inventory port on CSV files."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from watchkeeper.adapters.files.estate_csv import read_servers, read_services
from watchkeeper.domain.telling import Telling


@dataclass(frozen=True, kw_only=True)
class CsvInventory:
    """One file of servers, one of services; either may be missing."""

    name: str
    servers: Path | None = None
    services: Path | None = None

    async def told(self) -> Telling:
        """Everything that stands in them. Raises FileRefused."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> Telling:
        return Telling(
            source=self.name,
            servers=read_servers(self.servers) if self.servers else (),
            services=read_services(self.services) if self.services else (),
        )
