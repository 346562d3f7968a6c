"""The office of a running watch, and what can be asked of the watch itself."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watchkeeper.bootstrap.roster import Roster, roster_of
from watchkeeper.bootstrap.running import Running
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.people import People
from watchkeeper.interfaces.socket.office import NotReloaded, Office, in_class, owner_in
from watchkeeper.interfaces.socket.peer import user_name
from watchkeeper.interfaces.views.plain import at


def office_of(running: Running, people: People | None = None) -> Office:
    """The office of a running watch."""

    async def library() -> Mapping[str, Runbook]:
        return running.knowledge.runbooks()

    async def servers_of(server_class: str) -> int:
        return in_class(running.knowledge.estate().estate, server_class)

    async def knows(server: str) -> bool:
        return server in running.knowledge.estate().servers

    async def owner_named(service: str) -> str | None:
        return owner_in(running.knowledge.estate().estate, service)

    return Office(
        journal=running.journal,
        page=running.page,
        identifiers=running.identifiers,
        clock=running.clock,
        library=library,
        servers_of=servers_of,
        knows=knows,
        owner_of=owner_named,
        people=people or roster_in(running).people,
        watch=RunningWatch(running),
    )


def roster_in(running: Running) -> Roster:
    """Everybody who may give orders to a running watch. Raises SettingsRefused."""
    return roster_of(running.settings, owner_of(running.data_dir))


def owner_of(folder: Path) -> str:
    """The owner of a data directory; of one that is not there yet, whoever runs this."""
    return user_name(folder.stat().st_uid if folder.exists() else os.geteuid())


@dataclass(frozen=True)
class RunningWatch:
    """What can be asked of the watch itself."""

    running: Running

    async def reload(self) -> str:
        """Read the estate and the runbooks again. Raises NotReloaded."""
        try:
            return await self.running.reload()
        except ValueError as refused:  # of a file that cannot be used: its message says which
            raise NotReloaded(str(refused)) from None

    async def status(self) -> Mapping[str, object]:
        """How it is, in a few numbers."""
        running = self.running
        estate = running.knowledge.estate().estate
        return {
            "running": True,
            "pid": os.getpid(),
            "version": running.version,
            "started_at": at(running.started_at),
            "cycles": running.gauges.cycles,
            "fit_to_act": running.gauges.all_counts().get("fit_to_act") != 0.0,
            "entries": (await running.journal.head()).size,
            "servers": len(estate.servers),
            "services": len(estate.services),
            "runbooks": len(running.knowledge.runbooks()),
        }
