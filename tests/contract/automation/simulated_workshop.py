"""The pretend data centre's hands."""

from datetime import UTC, datetime, timedelta

from tests.contract.automation.workshop import Ending, Errand, Workshop
from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.simulated.automation import SimulatedAutomation
from watchkeeper.adapters.simulated.blueprint import data_centre
from watchkeeper.adapters.simulated.faults import ServerVanishes, ServiceDies, WrapperDies
from watchkeeper.adapters.simulated.havoc import Havoc
from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.simulated.world import World
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.job import JobState
from watchkeeper.ports.automation import Automation

SERVER, SERVICE, UNIT = "web-1", "front-1", "front"


class SimulatedWorkshop(Workshop):
    """Virtual time, and a service that is dead until a job starts it."""

    def __init__(self) -> None:
        self.clock = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
        self.world = World(data_centre(7), self.clock)
        self.havoc = Havoc(self.world)
        self.page = SimulatedKillPage()
        self.simulated = SimulatedAutomation(self.world, self.havoc, FilePlaybooks(), self.page)
        self.automation = self.simulated

    def again(self) -> Automation:
        return self.simulated  # its ledger is the world's, and outlives every program in it

    async def errand(self, ending: Ending) -> Errand:
        self.havoc.inflict(ServiceDies(service=SERVICE))
        if ending is Ending.UNREACHABLE:
            self.havoc.inflict(ServerVanishes(server=SERVER, lasts=timedelta(hours=1)))
        unit = "no-such-unit" if ending is Ending.FAILS else UNIT
        templates = {each.name: each for each in await self.automation.templates()}
        return Errand(
            template=templates["start_service"], parameters=(("unit", (unit,)),), server=SERVER
        )

    async def over(self, warrant: str) -> JobState:
        self.clock.advance(timedelta(minutes=2))
        return await self.automation.find(warrant)

    async def begun(self, warrant: str) -> None:
        self.clock.advance(timedelta(seconds=0.2))

    def done(self) -> bool:
        return self.world.probe_reason(SERVICE) == "200"

    def runs(self) -> int:
        return len(self.simulated.launched)

    def engage_kill_page(self) -> None:
        self.page.engage()

    async def lose(self, warrant: str) -> None:
        self.havoc.inflict(WrapperDies(server=SERVER))

    def now(self) -> datetime:
        return self.clock.now()
