"""What a job would connect to: one server's line of the inventory, resolved from the estate."""

import hashlib
import json
from dataclasses import asdict, dataclass

from watchkeeper.domain.estate import Server


@dataclass(frozen=True, kw_only=True)
class InventoryRow:
    """Where a server is reached, as whom, and by which host keys it is known.

    The estate alone says so, never the host itself: no fact and no dynamic inventory adds to it.
    """

    server: str
    server_class: str
    address: str
    port: int
    user: str
    host_keys: tuple[str, ...]
    python: str

    @property
    def digest(self) -> str:
        """SHA-256 over all of it in canonical JSON: a warrant is bound to it."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def row_of(server: Server) -> InventoryRow:
    """The line of a server of the estate."""
    return InventoryRow(
        server=server.name,
        server_class=server.server_class,
        address=server.address,
        port=server.port,
        user=server.user,
        host_keys=tuple(sorted(server.host_keys)),
        python=server.python,
    )
