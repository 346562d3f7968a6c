"""Which servers this executor reaches, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from watchkeeper.domain.inventory_row import InventoryRow


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The executor's own view of the estate, asked anew before every job.

    ``keys`` holds a private key's file for each server class; the key of one class is never
    offered to a server of another.
    """

    is_here: Callable[[str], bool]
    row: Callable[[str], InventoryRow | None]
    keys: Mapping[str, Path] = field(default_factory=dict)
