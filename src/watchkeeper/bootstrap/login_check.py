"""What doctor wants to know of other servers: whether the login works, and what it may do."""

import asyncio
from dataclasses import dataclass

from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.ssh.ask import asked
from watchkeeper.adapters.wire.ssh_login import SshLogin, key_fault, login_to
from watchkeeper.bootstrap.library import shelf_of
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate, Server
from watchkeeper.domain.inventory_row import row_of
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.permitted_commands import permitted
from watchkeeper.knowledge.sudo_rights import SudoRights, sudo_rights
from watchkeeper.ports.errors import NoWayIn, SourceUnavailable

TIMEOUT_SECONDS = 15.0
AT_ONCE = 16
QUESTION = "id -u; sudo -n -l"


@dataclass(frozen=True, kw_only=True)
class LoginSeen:
    """One server: why there is no way in (empty: there is one), and what sudo allows there."""

    server: str
    fault: str = ""
    root: bool = False
    rights: SudoRights | None = None


def looking_key_faults(settings: Settings) -> tuple[str, ...]:
    """What is wrong with the files of the keys that only look."""
    files = (each.key_file for each in settings.ssh.look_keys.values())
    return tuple(fault for file in files if (fault := key_fault(file)))


async def logins_seen(settings: Settings, estate: Estate) -> tuple[LoginSeen, ...]:
    """Every server that names a user is logged in on once; nothing is changed there."""
    gate = asyncio.Semaphore(AT_ONCE)
    wanted = [server for server in estate.servers if server.user]

    async def one(server: Server) -> LoginSeen:
        async with gate:
            return await _seen(settings, estate, server)

    return tuple(await asyncio.gather(*map(one, wanted)))


async def _seen(settings: Settings, estate: Estate, server: Server) -> LoginSeen:
    keys = {name: key.key_file for name, key in settings.ssh.keys.items()}
    try:
        login: SshLogin = login_to(row_of(server), keys)
        _, said = await asked(login, QUESTION, TIMEOUT_SECONDS)
    except (NoWayIn, SourceUnavailable) as error:
        return LoginSeen(server=server.name, fault=str(error))
    allowed = permitted(
        server.server_class,
        EstateGraph(estate),
        shelf_of(settings).runbooks,
        FilePlaybooks().reviewed(),
    )
    number, _, listed = said.partition("\n")
    return LoginSeen(
        server=server.name, root=number.strip() == "0", rights=sudo_rights(listed, allowed)
    )
