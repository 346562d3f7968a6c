"""The processes of one pretend service over time."""

from enum import StrEnum

import numpy as np

from watchkeeper.adapters.simulated.blueprint import PretendService
from watchkeeper.adapters.simulated.faults import Death, StartFailure
from watchkeeper.adapters.simulated.timeline import Floats, Slopes, Steps


class StartAnswer(StrEnum):
    """How an attempt to start a service ended, as its init script would say it."""

    STARTED = "started"
    ALREADY_RUNNING = "already running"
    ADDRESS_IN_USE = "bind() failed: address already in use"
    CONFIGURATION = "configuration test failed"


class Processes:
    """Main process, workers, zombies; who of them answers; how much memory leaks."""

    def __init__(self, pretend: PretendService) -> None:
        self.name = pretend.service.name
        self.service = pretend.service
        self.main = Steps(1.0)
        self.workers = Steps(float(pretend.workers))
        self.zombies = Steps(0.0)
        self.deaf = Steps(0.0)
        self.leak = Slopes()
        self.start_failure = StartFailure.NONE
        self._staff = float(pretend.workers)

    @property
    def disturbed(self) -> bool:
        """Whether anything ever happened to its processes."""
        return self.main.disturbed or self.workers.disturbed

    @property
    def alive(self) -> int:
        """Living processes after the last turn."""
        return int(self.main.now + self.workers.now)

    def living(self, times: Floats) -> Floats:
        """How many processes live, shape (t,)."""
        living: Floats = self.main.at(times) + self.workers.at(times)
        return living

    def counted(self, times: Floats) -> Floats:
        """How many a look at the host counts: none once the main one is dead, shape (t,)."""
        return np.where(self.main.at(times) > 0, self.living(times), 0.0)

    def listening(self, times: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether somebody takes requests and answers them, shape (t,)."""
        taking: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (self.living(times) > 0) & (
            self.deaf.at(times) == 0
        )
        return taking

    def die(self, at: float, death: Death) -> None:
        """Processes are killed; a dead main process stays a zombie until the next start."""
        if self.main.now:
            self.zombies.turn(at, self.zombies.now + 1)
        self.main.turn(at, 0.0)
        if death is Death.GROUP:
            self.workers.turn(at, 0.0)
        if death is Death.MAIN_DEAF:
            self.deaf.turn(at, 1.0)
        self.leak.turn(at, value=0.0 if death is Death.GROUP else None, rate=0.0)

    def stop_leftovers(self, at: float) -> int:
        """Kill what is left without a main process; how many."""
        if self.main.now:
            return 0
        left = int(self.workers.now)
        self.workers.turn(at, 0.0)
        self.deaf.turn(at, 0.0)
        self.zombies.turn(at, 0.0)
        return left

    def start(self, at: float) -> StartAnswer:
        """Start it as its init script would."""
        if self.main.now:
            return StartAnswer.ALREADY_RUNNING
        if self.workers.now:
            return StartAnswer.ADDRESS_IN_USE
        if self.start_failure is StartFailure.REFUSES:
            return StartAnswer.CONFIGURATION
        for steps, value in (
            (self.main, 1.0),
            (self.workers, self._staff),
            (self.zombies, 0.0),
            (self.deaf, 0.0),
        ):
            steps.turn(at, value)
        return StartAnswer.STARTED
