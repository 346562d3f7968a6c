"""The executor: it spends warrants and touches the estate, and decides nothing."""

from watchkeeper.bootstrap.part import Part
from watchkeeper.bootstrap.ports import Ports
from watchkeeper.domain.events.actions import LaunchRequested
from watchkeeper.engine.launch import Launch
from watchkeeper.engine.machine import Duty
from watchkeeper.governance.action_fold import ACTION_FOLD
from watchkeeper.ports.automation import Automation


def executor(ports: Ports, hands: Automation) -> Part:
    """The part that launches with these hands."""
    launch = Launch(
        journal=ports.journal,
        automation=hands,
        clock=ports.clock,
        identifiers=ports.identifiers,
        page=ports.page,
    )
    return Part(
        name="executor",
        duties={LaunchRequested: Duty(stream=ACTION_FOLD.prefix, by=launch.by, perform=launch)},
    )
