"""Which other servers are acted on and looked at, and with whose key."""

from collections.abc import Callable, Mapping

from watchkeeper.adapters.ansible.reach import Reach
from watchkeeper.adapters.ssh.looker import Looker
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.inventory_row import InventoryRow, row_of
from watchkeeper.knowledge.standing import Knowledge


def reach_of(settings: Settings, is_here: Callable[[str], bool], knowledge: Knowledge) -> Reach:
    """How the executor reaches the servers of the estate in force, asked anew each time."""

    def row(name: str) -> InventoryRow | None:
        server = knowledge.estate().servers.get(name)
        return row_of(server) if server else None

    keys = {name: key.key_file for name, key in settings.ssh.keys.items()}
    return Reach(is_here=is_here, row=row, keys=keys)


def lookers_of(settings: Settings) -> Mapping[str, Looker]:
    """Who looks at the servers of each class."""
    return {
        name: Looker(key_file=key.key_file, user=key.user)
        for name, key in settings.ssh.look_keys.items()
    }
