"""Which part of the estate is this host."""

from collections.abc import Callable
from dataclasses import dataclass

from watchkeeper.domain.estate import Estate, Service

_HERE = frozenset({"", "local"})


def local_servers(estate: Estate) -> frozenset[str]:
    """The servers whose address says so, or the only one there is, unless ssh leads to it."""
    if len(estate.servers) == 1 and not estate.servers[0].user:
        return frozenset({estate.servers[0].name})
    return frozenset(server.name for server in estate.servers if server.address in _HERE)


@dataclass(frozen=True)
class ThisHost:
    """This host's part of the estate, whenever it is asked: a reload may have changed it."""

    estate: Callable[[], Estate]

    @property
    def server(self) -> str:
        """The name that this host's own readings carry; empty when the estate has no such host."""
        return min(local_servers(self.estate()), default="")

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that run here, in the estate's order."""
        estate = self.estate()
        here = local_servers(estate)
        return tuple(service for service in estate.services if service.server in here)

    def is_here(self, server: str) -> bool:
        """Whether that server is this host."""
        return server in local_servers(self.estate())
