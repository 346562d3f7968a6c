"""The inspector port on other servers: probes from here, the rest by ssh and read-only."""

import asyncio
import shlex
from collections.abc import Callable, Mapping

from watchkeeper.adapters.ssh.ask import asked
from watchkeeper.adapters.ssh.looker import Looker
from watchkeeper.adapters.ssh.presence import COMMAND, NothingSeen, read_presence
from watchkeeper.adapters.ssh.process_list import ProcessList, read_processes
from watchkeeper.adapters.wire.probe import Probed, probed
from watchkeeper.adapters.wire.ssh_login import SshLogin
from watchkeeper.domain.estate import Service
from watchkeeper.domain.inventory_row import InventoryRow
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.inspector import FilesystemState, Presence, ServiceState

SOURCE = "inspector"
TIMEOUT_SECONDS = 15.0
NOTHING_SEEN = ProcessList(alive=None, zombies=0, main_alive=None)


class SshInspector:
    """Looks at the services and file systems of other servers. Read-only.

    ``lookers`` has a key for each server class; where there is none, only the probe is asked.
    """

    def __init__(
        self,
        row: Callable[[str], InventoryRow | None],
        lookers: Mapping[str, Looker],
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._row = row
        self._lookers = lookers
        self._timeout_seconds = timeout_seconds

    async def service(self, service: Service) -> ServiceState:
        """Its probe's verdict and its processes. Raises SourceUnavailable."""
        login = self._login(service.server)
        if login is None and not service.probe:
            raise SourceUnavailable(
                SOURCE, "absent", f"{service.server}: no probe, and no key that looks"
            )
        seen, verdict = await asyncio.gather(self._seen(service, login), self._probed(service))
        return ServiceState(
            answers=None if verdict is None else verdict.answers,
            probe_reason="" if verdict is None else verdict.reason,
            probe_seconds=None if verdict is None else verdict.seconds,
            alive=seen.alive,
            zombies=seen.zombies,
            main_alive=seen.main_alive,
        )

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        """Space of a mount there. Raises SourceUnavailable."""
        login = self._login(server)
        if login is None:
            raise SourceUnavailable(SOURCE, "absent", f"{server}: its class has no key that looks")
        path = shlex.quote(mount)
        command = f"mountpoint -q -- {path} && stat -f -c '%a %b %d %c' -- {path}"
        status, said = await asked(login, command, self._timeout_seconds)
        numbers = said.split()
        if status or len(numbers) != 4 or not all(each.isdigit() for each in numbers):
            raise SourceUnavailable(SOURCE, "absent", f"{server}: nothing is mounted at {mount}")
        free, blocks, inodes_free, inodes = map(int, numbers)
        return FilesystemState(
            mount=mount,
            free_ratio=free / blocks if blocks else 1.0,
            inodes_free_ratio=inodes_free / inodes if inodes else 1.0,
        )

    async def presence(self, server: str) -> Presence:
        """Who is at work there. Raises SourceUnavailable."""
        login = self._login(server)
        if login is None:
            raise SourceUnavailable(SOURCE, "absent", f"{server}: its class has no key that looks")
        _, said = await asked(login, COMMAND, self._timeout_seconds)
        try:
            return read_presence(said)
        except NothingSeen as nothing:
            raise SourceUnavailable(
                SOURCE, "absent", f"{server}: {type(nothing).__doc__}"
            ) from None

    async def _probed(self, service: Service) -> Probed | None:
        return await probed(service.probe) if service.probe else None

    async def _seen(self, service: Service, login: SshLogin | None) -> ProcessList:
        """Its processes; where ssh leads nowhere but a probe is there, the probe alone decides."""
        if login is None or not (service.process or service.pid_file):
            return NOTHING_SEEN
        path = shlex.quote(service.pid_file or "/dev/null")
        command = f"cat -- {path}; echo; ps -eo pid=,stat=,comm="
        try:
            _, said = await asked(login, command, self._timeout_seconds)
        except SourceUnavailable:
            if not service.probe:
                raise
            return NOTHING_SEEN
        return read_processes(said, service)

    def _login(self, server: str) -> SshLogin | None:
        row = self._row(server)
        if row is None:
            raise SourceUnavailable(SOURCE, "absent", f"{server} is not in the estate")
        looker = self._lookers.get(row.server_class)
        if looker is None or not row.host_keys:
            return None
        return SshLogin(row=row, key_file=looker.key_file, user=looker.user)
