"""What will happen to whom in a demo: drawn by the seed from the pretend estate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from watchkeeper.adapters.simulated.faults import (
    Culprit,
    Death,
    DiskFills,
    ServiceDies,
    StartFails,
    StartFailure,
)
from watchkeeper.adapters.simulated.world import World
from watchkeeper.domain.estate import Service

T = TypeVar("T")

DEATHS = (Death.GROUP, Death.MAIN_DEAF)  # those that a probe sees
FAILURES = (StartFailure.REFUSES, StartFailure.DIES_AT_ONCE)
FILLING_HOURS = 2.0  # within which a disk comes low enough for anybody to ask how long it will last
LOW_RATIO = 0.34  # free space at which it does
LEAST_PER_HOUR = 0.065  # of the whole disk


@dataclass(frozen=True, kw_only=True)
class Cast:
    """One fault, or two, for each story."""

    mended: ServiceDies
    together: tuple[ServiceDies, ServiceDies]  # two replicas of one service
    asked_about: ServiceDies
    filling: DiskFills
    will_not_start: tuple[StartFails, ServiceDies]
    stopped: ServiceDies


def cast(world: World) -> Cast:
    """The cast of a world whose clock stands at the beginning of the demo."""
    draw = _Draw(world)
    shops, fronts = draw.shuffled("shop"), draw.shuffled("front")
    database, reports = draw.shuffled("orders")[0], draw.shuffled("reports")[0]
    return Cast(
        mended=draw.dying(shops[0]),
        together=(draw.dying(fronts[0]), draw.dying(fronts[1])),
        asked_about=draw.dying(database),
        filling=draw.filling(reports),
        will_not_start=(draw.not_starting(reports), draw.dying(reports)),
        stopped=draw.dying(shops[1]),
    )


@dataclass(frozen=True)
class _Draw:
    world: World

    def one(self, choices: Sequence[T], *names: str) -> T:
        """One of them."""
        return choices[int(self.world.chance("cast", *names) * len(choices))]

    def shuffled(self, unit: str) -> list[Service]:
        """The services of one unit, in an order of the seed's own."""
        found = [s.service for s in self.world.blueprint.services if s.service.unit == unit]
        return sorted(found, key=lambda service: self.world.chance("cast", service.name))

    def dying(self, service: Service) -> ServiceDies:
        """Its processes are killed, in one way or another."""
        return ServiceDies(service=service.name, death=self.one(DEATHS, service.name, "death"))

    def not_starting(self, service: Service) -> StartFails:
        """Its next start goes wrong."""
        failure = self.one(FAILURES, service.name, "failure")
        return StartFails(service=service.name, failure=failure)

    def filling(self, service: Service) -> DiskFills:
        """The disk that the service logs to, so fast that it is low within hours."""
        host = self.world.host_of(service.name)
        mount = host.volume_of(service.logs[0]).mount.path
        free = float(self.world.free(host, mount, np.array([self.world.now()]))[0])
        least = LEAST_PER_HOUR * (1 + 0.3 * self.world.chance("cast", service.name, "rate"))
        rate = max(least, (free - LOW_RATIO) / FILLING_HOURS)
        return DiskFills(
            server=host.name, mount=mount, culprit=Culprit.LOGS, ratio_per_hour=round(rate, 4)
        )
