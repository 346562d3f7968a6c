"""A server's line of the inventory: whatever changes in it changes its digest."""

from dataclasses import replace

import pytest

from watchkeeper.domain.estate import Server
from watchkeeper.domain.inventory_row import row_of

STOCK = Server(
    name="stock-1",
    server_class="stock",
    address="192.0.2.7",
    user="watch",
    host_keys=("ssh-ed25519 AAAAb", "ssh-rsa AAAAa"),
)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "stock-2"},
        {"server_class": "web"},
        {"address": "192.0.2.8"},
        {"port": 2222},
        {"user": "watcher"},
        {"host_keys": ("ssh-ed25519 AAAAb",)},
        {"python": "/opt/python3"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_it_is_bound(change: dict[str, object]) -> None:
    assert row_of(replace(STOCK, **change)).digest != row_of(STOCK).digest  # type: ignore[arg-type]


def test_what_does_not_decide_where_a_job_runs_is_not_bound() -> None:
    other = replace(STOCK, owner="somebody", host_keys=tuple(reversed(STOCK.host_keys)))
    assert row_of(other).digest == row_of(STOCK).digest
