"""The executor: it spends warrants and touches the estate, and decides nothing."""

from watchkeeper.bootstrap.part import Part
from watchkeeper.bootstrap.ports import Hands, Ports
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.events.actions import LaunchRequested
from watchkeeper.engine.launch import Launch
from watchkeeper.engine.machine import Duty
from watchkeeper.engine.spend import Till
from watchkeeper.governance.action_fold import ACTION_FOLD


def executor(ports: Ports, hands: Hands) -> Part:
    """The part that launches with these hands."""
    till = Till(
        by=Actor(kind=ActorKind.EXECUTOR, name=hands.automation.name),
        seal=hands.seal,
        ledger=hands.ledger,
        journal=ports.journal,
        clock=ports.clock,
        page=ports.page,
    )
    launch = Launch(automation=hands.automation, till=till, identifiers=ports.identifiers)
    return Part(
        name="executor",
        duties={LaunchRequested: Duty(stream=ACTION_FOLD.prefix, by=launch.by, perform=launch)},
    )
