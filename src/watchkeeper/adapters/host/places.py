"""Which servers of the estate are this host."""

from watchkeeper.domain.estate import Estate

_HERE = frozenset({"", "local"})


def local_servers(estate: Estate) -> frozenset[str]:
    """The servers whose address says so, or the only one there is."""
    if len(estate.servers) == 1:
        return frozenset({estate.servers[0].name})
    return frozenset(server.name for server in estate.servers if server.address in _HERE)
