"""The pretend person of a demo: grants, approves, stops everything, and mends by hand."""

from dataclasses import dataclass

from watchkeeper.adapters.simulated.faults import DiskFills, StartFailure
from watchkeeper.adapters.simulated.world import World
from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.events.authority import AutonomyLevel
from watchkeeper.governance.people import sole
from watchkeeper.lab.shipped import runbooks
from watchkeeper.orchestration.orders.answering import approve
from watchkeeper.orchestration.orders.desk import Desk, signed_in
from watchkeeper.orchestration.orders.granting import Wanted, grant
from watchkeeper.orchestration.orders.stopping import engage_kill, release_kill
from watchkeeper.ports.clock import Clock

PERSON = Actor(kind=ActorKind.PERSON, name="alice")
COLLEAGUE = Actor(kind=ActorKind.PERSON, name="bob")
PEOPLE = sole(PERSON.name, COLLEAGUE.name)


def another(desk: Desk) -> Desk:
    """The colleague's desk in the same place."""
    return type(desk)(
        by=COLLEAGUE,
        journal=desk.journal,
        page=desk.page,
        identifiers=desk.identifiers,
        who=signed_in(COLLEAGUE.name, PEOPLE),
    )


@dataclass(frozen=True, kw_only=True)
class Person:
    """Gives orders through the same desk as a real one; her own hands reach the pretend world."""

    desk: Desk
    clock: Clock
    world: World

    async def lets_act(self, runbook: str, *classes: str) -> None:
        """Let a runbook act by itself on these server classes."""
        library = [known.id for known in runbooks()]
        for server_class in classes:
            wanted = Wanted(
                runbook=runbook, server_class=server_class, level=AutonomyLevel.ACT_AND_NOTIFY
            )
            await grant(self.desk, library, wanted)

    async def approves(self, action: Action) -> None:
        """Say yes to exactly what would run."""
        now = self.clock.now()
        reason = "looked at it: that is what it needs"
        await approve(self.desk, action=action.id, digest=action.digest, now=now, reason=reason)

    async def stops_everything(self, reason: str) -> None:
        """Engage the kill switch."""
        await engage_kill(self.desk, reason=reason)

    async def lets_go(self, reason: str) -> None:
        """Release the kill switch: somebody else does, who did not engage it."""
        await release_kill(another(self.desk), reason=reason, now=self.clock.now())

    def starts_by_hand(self, service: str) -> None:
        """Find what is wrong, put it right, and start the service."""
        processes = self.world.processes[service]
        processes.start_failure = StartFailure.NONE
        now = self.world.now()
        processes.stop_leftovers(now)
        processes.start(now)
        self.world.tell(service, now, f"{processes.service.unit}: started")

    def ends_the_filling(self, disk: DiskFills) -> None:
        """Turn off what fills the disk."""
        volume = self.world.hosts[disk.server].volumes[disk.mount]
        volume.grow(self.world.now(), disk.culprit, 0.0)
