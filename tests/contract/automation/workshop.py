"""Where the automation contract is tried out: one executor, and errands with known endings.

An adapter joins the contract by implementing `Workshop` and being listed in `conftest.py`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from watchkeeper.domain.action import digest_of_parameters
from watchkeeper.domain.job import JobState, JobTemplate
from watchkeeper.domain.warrant import Spent, Warrant
from watchkeeper.ports.automation import Automation

Parameters = tuple[tuple[str, tuple[str, ...]], ...]


class Ending(Enum):
    """What becomes of an errand when nobody interferes."""

    WORKS = auto()
    FAILS = auto()
    UNREACHABLE = auto()
    SLOW = auto()  # works, with a task boundary in the middle


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A template, its parameters and a server, as a runbook step would have them."""

    template: JobTemplate
    parameters: Parameters
    server: str


class Workshop(ABC):
    """One executor, and the world that its jobs change."""

    automation: Automation

    @abstractmethod
    async def errand(self, ending: Ending) -> Errand:
        """A job that will end like that; whatever it takes is prepared."""

    @abstractmethod
    def again(self) -> Automation:
        """The executor made anew over the same ledger, as after a restart of Watchkeeper."""

    @abstractmethod
    async def over(self, warrant: str) -> JobState:
        """What the job came to; time passes until it is not running any more."""

    @abstractmethod
    async def begun(self, warrant: str) -> None:
        """Time passes until the first task of a slow errand is under way."""

    @abstractmethod
    def done(self) -> bool:
        """Whether the last task of an errand took effect on the world."""

    @abstractmethod
    def runs(self) -> int:
        """How many jobs ever began."""

    @abstractmethod
    def engage_kill_page(self) -> None:
        """Stop everything."""

    @abstractmethod
    async def lose(self, warrant: str) -> None:
        """Kill whatever carries the running job out, without a word."""

    def binds(self, server: str) -> dict[str, str]:
        """The digests that a warrant for this server carries here besides the template's."""
        del server
        return {}

    def now(self) -> datetime:
        """The present instant, as the executor sees it."""
        return datetime.now(UTC)

    def spent(self, errand: Errand, number: str = "W1", **changes: str) -> Spent:
        """A spent warrant for exactly this errand, but for the changes."""
        warrant = Warrant(
            id=number,
            action="A1",
            incident="I1",
            runbook="restart-dead-service",
            step="start",
            target="front-1",
            server=errand.server,
            template=errand.template.name,
            template_digest=errand.template.digest,
            parameters_digest=digest_of_parameters(errand.parameters),
            executor=self.automation.name,
            kill_epoch=0,
            start_before=self.now() + timedelta(minutes=1),
            **self.binds(errand.server),
        )
        return Spent(warrant=replace(warrant, **changes), at=self.now())  # type: ignore[arg-type]

    async def launch(self, errand: Errand, number: str = "W1", timeout_seconds: float = 60) -> None:
        """Spend a warrant on the errand."""
        spent = self.spent(errand, number)
        await self.automation.launch(spent, errand.template, errand.parameters, timeout_seconds)
