"""The persons of a run, and another agent: whoever speaks in the journal beside the program."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field

from watchkeeper.domain.entry import Actor, ActorKind, Draft, Entry
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
)
from watchkeeper.domain.warrant import Warrant
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.governance.limits import ACTIONS_PER_INCIDENT, WARRANT_LIFE
from watchkeeper.lab.person import another
from watchkeeper.lab.shipped import runbooks
from watchkeeper.orchestration.orders.answering import approve, deny
from watchkeeper.orchestration.orders.desk import Desk
from watchkeeper.orchestration.orders.granting import Wanted, grant
from watchkeeper.orchestration.orders.refusal import (
    AloneMustWait,
    NotEngaged,
    OrderRefused,
    StandsStill,
)
from watchkeeper.orchestration.orders.stopping import engage_kill, release_kill
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import Journal

PERSON = Actor(kind=ActorKind.PERSON, name="alice")
RIVAL = Actor(kind=ActorKind.AUTHORITY, name="patching")


async def grant_everything(desk: Desk, estate: Estate) -> None:
    """Let every shipped runbook act on every server class."""
    library = [runbook.id for runbook in runbooks()]
    classes = dict.fromkeys(server.server_class for server in estate.servers)
    for runbook in library:
        for server_class in classes:
            wanted = Wanted(
                runbook=runbook, server_class=server_class, level=AutonomyLevel.ACT_AND_NOTIFY
            )
            await grant(desk, library, wanted)


@dataclass
class Approver:
    """Looks at what waits now and then, and answers what the seed says; each action once."""

    desk: Desk
    clock: Clock
    chance: random.Random
    answers: tuple[str, ...]
    answered: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(self.chance.uniform(3, 30))
            for held in await self.desk.journal.open_streams("action"):
                state: ActionState = held.state
                if state.phase is ActionPhase.AWAITING_APPROVAL and state.action is not None:
                    await self._answer(state.action.id, state.action.digest)

    async def _answer(self, action: str, digest: str) -> None:
        if action in self.answered:
            return
        self.answered[action] = self.chance.choice(self.answers)
        try:
            if self.answered[action] == "approve":
                now = self.clock.now()
                await approve(self.desk, action=action, digest=digest, now=now, reason="seen")
            elif self.answered[action] == "deny":
                await deny(self.desk, action=action, reason="not today", now=self.clock.now())
        except (AloneMustWait, StandsStill):
            del self.answered[action]  # the next look comes later
        except OrderRefused:
            pass  # somebody else was faster, or it expired meanwhile


async def stop_everything(desk: Desk, clock: Clock, released_after: float | None) -> None:
    """Engage the kill switch; let go again after a while, or never."""
    await engage_kill(desk, reason="that is enough")
    if released_after is not None:
        await asyncio.sleep(released_after)
        await release_kill(another(desk), reason="go on", now=clock.now())


async def let_go(desk: Desk, clock: Clock) -> None:
    """Another person releases what is still engaged; nothing, where nothing is."""
    with suppress(NotEngaged):
        await release_kill(another(desk), reason="all is calm again", now=clock.now())


@dataclass
class Rival:
    """Another agent that works on the same incident, by the rules: it draws on one budget."""

    journal: Journal
    clock: Clock
    chance: random.Random

    incident: str = ""

    async def nearly_all(self, opened: Entry) -> None:
        """Use up seven actions of the incident at once."""
        self.incident = opened.stream.partition("/")[2]
        await self._drawn(range(ACTIONS_PER_INCIDENT - 1))

    async def the_last(self, _: Entry) -> None:
        """Try for the eighth just when the program is about to."""
        await asyncio.sleep(self.chance.uniform(0, 0.05))
        await self._drawn(range(ACTIONS_PER_INCIDENT, ACTIONS_PER_INCIDENT + 1))

    async def _drawn(self, numbers: range) -> None:
        """Warrants, at the revision that was looked at, never beyond the budget, never used."""
        while True:
            held = await self.journal.held(AUTHORITY)
            if held is None or held.state.killed:
                return
            if held.state.autonomous_in(self.incident) + len(numbers) > ACTIONS_PER_INCIDENT:
                return
            epoch, expected = held.state.kill_epoch, held.revision
            drafts: list[Draft] = []
            for number in numbers:
                warrant = self._warrant(self.incident, number, epoch)
                minted = WarrantMinted(warrant=warrant, server_class="patching", autonomous=True)
                settled = WarrantSettled(warrant=warrant.id, outcome=WarrantOutcome.NEVER_STARTED)
                drafts += [
                    Draft(stream=AUTHORITY, body=minted, expected=expected),
                    Draft(stream=AUTHORITY, body=settled),
                ]
                expected += 2
            try:
                await self.journal.append(RIVAL, drafts)
                return
            except StaleRevision:
                continue

    def _warrant(self, incident: str, number: int, epoch: int) -> Warrant:
        return Warrant(
            id=f"{incident}-r{number}",
            action=f"{incident}-r{number}",
            incident=incident,
            runbook="patch",
            step="patch",
            target=f"package-{number}",
            server="patched",
            template="patch",
            template_digest="0" * 64,
            parameters_digest="0" * 64,
            executor="patching",
            kill_epoch=epoch,
            start_before=self.clock.now() + WARRANT_LIFE,
        )
