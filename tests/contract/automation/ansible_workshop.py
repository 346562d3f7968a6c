"""Real ansible on this host."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import psutil

from tests.contract.automation.workshop import Ending, Errand, Workshop
from watchkeeper.adapters.ansible.automation import AnsibleAutomation
from watchkeeper.adapters.ansible.reach import Reach
from watchkeeper.adapters.ansible.surroundings import surroundings
from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.system.kill_page import FileKillPage
from watchkeeper.domain.estate import Server
from watchkeeper.domain.inventory_row import row_of
from watchkeeper.domain.job import JobState, Running

HERE = "web-1"
ROWS = {name: row_of(Server(name=name)) for name in (HERE, "web-2")}
PATIENCE_SECONDS = 60.0


class AnsibleWorkshop(Workshop):
    """The executor "ansible-local" on playbooks that end as they are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = folder / "playbooks"
        shutil.copytree(Path(__file__).parent / "playbooks", self.library)
        self.marks = folder / "marks"
        self.page = FileKillPage(folder / "KILL")
        self.page.create()
        self.automation = self.again()

    def again(self) -> AnsibleAutomation:
        return AnsibleAutomation(
            self.folder / "jobs",
            FilePlaybooks(self.library),
            self.folder / "KILL",
            Reach(is_here=lambda server: server == HERE, row=ROWS.get),
        )

    def binds(self, server: str) -> dict[str, str]:
        row = ROWS.get(server)
        inventory = row.digest if row else ""
        return {"inventory_digest": inventory, "surroundings_digest": surroundings()}

    async def errand(self, ending: Ending) -> Errand:
        templates = {each.name: each for each in await self.automation.templates()}
        return Errand(
            template=templates[ending.name.lower()],
            parameters=(("path", (str(self.marks),)),),
            server=HERE,
        )

    async def over(self, warrant: str) -> JobState:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (state := await self.automation.find(warrant)) == Running():
                await asyncio.sleep(0.05)
        return state

    async def begun(self, warrant: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "first" not in self.told():
                await asyncio.sleep(0.02)

    def told(self) -> list[str]:
        return self.marks.read_text().split() if self.marks.exists() else []

    def done(self) -> bool:
        return "last" in self.told()

    def runs(self) -> int:
        return len(list(self.folder.glob("jobs/*/started")))

    def engage_kill_page(self) -> None:
        self.page.engage()

    async def lose(self, warrant: str) -> None:
        os.kill(self.wrapper(warrant).pid, signal.SIGKILL)

    def wrapper(self, warrant: str) -> psutil.Process:
        """The detached process of that job."""
        folder = str(self.folder / "jobs" / warrant)
        [found] = [
            each
            for each in psutil.process_iter(["cmdline"])
            if folder in (each.info["cmdline"] or []) and each.status() != psutil.STATUS_ZOMBIE
        ]
        return found

    def remains(self) -> list[psutil.Process]:
        """Living processes that have this workshop's folder on their command line."""
        return [
            each
            for each in psutil.process_iter(["cmdline", "status"])
            if any(str(self.folder) in word for word in each.info["cmdline"] or [])
            and each.info["status"] != psutil.STATUS_ZOMBIE
        ]
