"""The inventory port on ``estate.yaml``."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from watchkeeper.adapters.files.estate import tell_estate
from watchkeeper.domain.telling import Telling


@dataclass(frozen=True, kw_only=True)
class YamlInventory:
    """``estate.yaml``."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    async def told(self) -> Telling:
        """Everything that stands in it. Raises FileRefused."""
        return await asyncio.to_thread(tell_estate, self.path)
