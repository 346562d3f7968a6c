"""Which servers of the estate are this host."""

import pytest

from watchkeeper.adapters.host.places import local_servers
from watchkeeper.domain.estate import Estate, Server


@pytest.mark.parametrize(
    ("servers", "local"),
    [
        ([], set()),
        ([Server(name="only", address="192.0.2.7")], {"only"}),
        ([Server(name="only", address="192.0.2.7", user="watch")], set()),
        ([Server(name="here"), Server(name="there", address="192.0.2.7")], {"here"}),
        ([Server(name="here", address="local"), Server(name="b", address="b.example")], {"here"}),
        ([Server(name="a", address="a.example"), Server(name="b", address="b.example")], set()),
    ],
)
def test_an_address_that_is_empty_or_local_is_this_host(
    servers: list[Server], local: set[str]
) -> None:
    assert local_servers(Estate(servers=tuple(servers))) == local
