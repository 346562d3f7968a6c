"""Orders jobs on the hosts of a fleet, as a spent warrant would, and waits for their end."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.acceptance.fleet.files import WATCH
from tests.acceptance.fleet.fleet import Fleet
from watchkeeper.adapters.ansible.automation import AnsibleAutomation
from watchkeeper.adapters.ansible.reach import Reach
from watchkeeper.adapters.ansible.surroundings import surroundings
from watchkeeper.adapters.files.playbooks import SHIPPED, FilePlaybooks
from watchkeeper.adapters.system.kill_page import FileKillPage
from watchkeeper.domain.action import digest_of_parameters
from watchkeeper.domain.estate import Server
from watchkeeper.domain.inventory_row import InventoryRow, row_of
from watchkeeper.domain.job import Finished, Running
from watchkeeper.domain.warrant import Spent, Warrant

PATIENCE_SECONDS = 60.0
UNIT = (("unit", ("stock",)),)
LEFTOVERS = (("pid_file", ("/run/stock.pid",)), ("process", ("nginx",)))


class Desk:
    """One executor, whose estate and whose keys a story may change."""

    def __init__(self, folder: Path, fleet: Fleet, playbooks: Path = SHIPPED) -> None:
        FileKillPage(folder / "KILL").create()
        self.servers = {
            name: Server(
                name=name,
                server_class="stock",
                address=host.address,
                user=WATCH,
                host_keys=(host.host_key,),
            )
            for name, host in fleet.hosts.items()
        }
        self.keys = {"stock": fleet.acting_key, "other": fleet.other_key}
        self.jobs = folder / "jobs"
        reach = Reach(is_here=lambda _: False, row=self._row, keys=self.keys)
        self.automation = AnsibleAutomation(
            self.jobs, FilePlaybooks(playbooks), folder / "KILL", reach
        )
        self._number = 0

    def change(self, server: str, **changes: object) -> None:
        """The estate says something else from now on."""
        self.servers[server] = replace(self.servers[server], **changes)  # type: ignore[arg-type]

    async def warrant(
        self, server: str, name: str, parameters: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> Warrant:
        """Minted on what is true now."""
        self._number += 1
        template = next(t for t in await self.automation.templates() if t.name == name)
        return Warrant(
            id=f"W{self._number}",
            action="A1",
            incident="I1",
            runbook="R1",
            step="S1",
            target="stock",
            server=server,
            template=name,
            template_digest=template.digest,
            parameters_digest=digest_of_parameters(parameters),
            executor=self.automation.name,
            kill_epoch=0,
            start_before=datetime.now(UTC) + timedelta(minutes=1),
            inventory_digest=row_of(self.servers[server]).digest,
            surroundings_digest=surroundings(),
        )

    async def launch(
        self, warrant: Warrant, parameters: tuple[tuple[str, tuple[str, ...]], ...] = UNIT
    ) -> Finished:
        """Carry it out."""
        template = next(t for t in await self.automation.templates() if t.name == warrant.template)
        spent = Spent(warrant=warrant, at=datetime.now(UTC))
        await self.automation.launch(spent, template, parameters, PATIENCE_SECONDS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (state := await self.automation.find(warrant.id)) == Running():
                await asyncio.sleep(0.05)
        assert isinstance(state, Finished), state
        return state

    async def carried_out(
        self,
        server: str,
        name: str = "start_service",
        parameters: tuple[tuple[str, tuple[str, ...]], ...] = UNIT,
    ) -> Finished:
        """From minting to the end."""
        return await self.launch(await self.warrant(server, name, parameters), parameters)

    def _row(self, server: str) -> InventoryRow | None:
        found = self.servers.get(server)
        return row_of(found) if found else None
